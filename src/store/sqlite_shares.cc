// The ShareStore of SqliteStore.
#include <utility>

#include "store/sqlite_store.h"
#include "store/store_request.h"
#include "store/time_column.h"

namespace glovebox {
namespace {

template <class T>
using ShareWork = std::function<Result<T>(SqliteDatabase&)>;
constexpr auto kShareRoom = StoreThread::Room::kIfThereIs;

Result<void> insert_share(SqliteDatabase& database, const Share& share) {
  GB_TRY(SqliteStatement insert,
         database.prepare("INSERT INTO shares (id, owner, subject, token_hash, created_at,"
                          " expires_at) VALUES (?, ?, ?, ?, ?, ?)"));
  insert.bind(0, share.id.str());
  insert.bind(1, share.owner.str());
  insert.bind(2, share.subject);
  insert.bind(3, share.token_hash);
  insert.bind(4, to_column(share.created_at));
  insert.bind(5, to_column(share.expires_at));
  return insert.run();
}

Result<void> delete_share(SqliteDatabase& database, const ShareId& id) {
  GB_TRY(SqliteStatement remove, database.prepare("DELETE FROM shares WHERE id = ?"));
  remove.bind(0, id.str());
  return remove.run();
}

Result<std::vector<Share>> select_shares(SqliteDatabase& database) {
  GB_TRY(SqliteStatement select,
         database.prepare("SELECT id, owner, subject, token_hash, created_at, expires_at"
                          " FROM shares ORDER BY created_at, id"));
  std::vector<Share> shares;
  for (;;) {
    GB_TRY(bool more, select.step());
    if (!more) return shares;
    Share share;
    share.id = ShareId(select.text(0));
    share.owner = ClientId(select.text(1));
    share.subject = select.text(2);
    share.token_hash = select.text(3);
    share.created_at = from_column(select.number(4));
    share.expires_at = from_column(select.number(5));
    shares.push_back(std::move(share));
  }
}

Result<void> delete_expired_shares(SqliteDatabase& database, WallTime now) {
  GB_TRY(SqliteStatement remove, database.prepare("DELETE FROM shares WHERE expires_at <= ?"));
  remove.bind(0, to_column(now));
  return remove.run();
}

}  // namespace

Awaitable<Result<void>> SqliteStore::add_share(Share share) {
  ShareWork<void> work = [share = std::move(share)](SqliteDatabase& database) {
    return insert_share(database, share);
  };
  return perform<void>(thread_, StoreThread::Kind::kDurableWrite, kShareRoom, std::move(work));
}

Awaitable<Result<void>> SqliteStore::remove_share(ShareId id) {
  ShareWork<void> work = [id = std::move(id)](SqliteDatabase& database) {
    return delete_share(database, id);
  };
  return perform<void>(thread_, StoreThread::Kind::kDurableWrite, kShareRoom, std::move(work));
}

Awaitable<Result<std::vector<Share>>> SqliteStore::all_shares() {
  ShareWork<std::vector<Share>> work = select_shares;
  return perform(thread_, StoreThread::Kind::kRead, kShareRoom, std::move(work));
}

Awaitable<Result<void>> SqliteStore::remove_shares_expired_by(WallTime now) {
  ShareWork<void> work = [now](SqliteDatabase& database) {
    return delete_expired_shares(database, now);
  };
  return perform<void>(thread_, StoreThread::Kind::kWrite, kShareRoom, std::move(work));
}

}  // namespace glovebox
