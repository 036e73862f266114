#include "store/sqlite_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <utility>

#include "base/log.h"
#include "base/os.h"

#include "store/checkup_table.h"
#include "store/job_table.h"
#include "store/project_table.h"
#include "store/schema.h"
#include "store/store_request.h"

namespace glovebox {
namespace {

using Kind = StoreThread::Kind;
using Room = StoreThread::Room;
template <class T>
using Work = std::function<Result<T>(SqliteDatabase&)>;

// Held until the store ends: two servers on one file would treat each other's jobs as lost.
// Readers, such as a backup, do not use this lock.
Result<UniqueFd> lock_file(const std::filesystem::path& path) {
  if (path == ":memory:") return UniqueFd();
  GB_TRY(UniqueFd file, os::open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno != EWOULDBLOCK) return Error::from_errno("flock", path.native(), errno);
  return Error(ErrorKind::kConflict,
               "the database is in use by another process; stop the other Glovebox, or use another "
               "data directory");
}

Error with_remedy(const std::filesystem::path& path, const Error& error) {
  std::string_view what;
  if (error.errno_value() == EBADMSG) what = "is damaged or not a database";
  if (error.errno_value() == EIO) what = "cannot be read or written";
  if (error.errno_value() == ENOSPC) {
    return Error(ErrorKind::kUser, fmt::format("the disk of {} is full; free some space and start "
                                               "the server again",
                                               path.native()));
  }
  if (what.empty()) return error;
  spdlog::debug("{}", error.message());
  std::string folder = path.parent_path().native();
  return Error(ErrorKind::kUser,
               fmt::format("the database {0} {1}. Check it with \"glovebox data check --data-dir "
                           "{2}\"; restore a backup with \"glovebox data restore BACKUP --data-dir "
                           "{2}\"; move the file away to start with an empty database",
                           path.native(), what, folder));
}

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::filesystem::path& path,
                                                       std::size_t capacity, HealthBoard* health,
                                                       StoreThread::OnCommit on_commit) {
  GB_TRY(UniqueFd lock, lock_file(path));
  GB_TRY(SqliteDatabase database, SqliteDatabase::open(path));
  Result<void> prepared = prepare_schema(database);
  if (prepared.has_error()) return with_remedy(path, prepared.error());
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(lock), std::move(database),
                                                      capacity, health, std::move(on_commit)));
}

Awaitable<Result<std::optional<KeyedJob>>> SqliteStore::add_job(AcceptedJob accepted) {
  Work<std::optional<KeyedJob>> work = [accepted = std::move(accepted)](SqliteDatabase& database) {
    return job_table::insert(database, accepted);
  };
  return perform(thread_, Kind::kDurableWrite, Room::kIfThereIs, std::move(work));
}

Awaitable<Result<std::optional<KeyedJob>>> SqliteStore::find_keyed_job(ClientId owner,
                                                                       std::string key) {
  Work<std::optional<KeyedJob>> work = [owner = std::move(owner),
                                        key = std::move(key)](SqliteDatabase& database) {
    return job_table::find_keyed(database, owner, key);
  };
  return perform(thread_, Kind::kRead, Room::kIfThereIs, std::move(work));
}

Awaitable<Result<void>> SqliteStore::claim(Job job) {
  Work<void> work = [job = std::move(job)](SqliteDatabase& database) {
    return job_table::update_start(database, job);
  };
  return perform<void>(thread_, Kind::kWrite, Room::kIfThereIs, std::move(work));
}

Awaitable<Result<void>> SqliteStore::requeue(Job job) {
  Work<void> work = [job = std::move(job)](SqliteDatabase& database) {
    return job_table::update_start(database, job);
  };
  return perform<void>(thread_, Kind::kDurableWrite, Room::kAlways, std::move(work));
}

// The lock on the file keeps other processes out, so nobody else can claim the job.
Awaitable<Result<void>> SqliteStore::renew(JobId /*job*/) {
  co_return ok();
}

Awaitable<Result<void>> SqliteStore::add_ended(StoredJob ended, Pace pace) {
  Work<void> work = [ended = std::move(ended)](SqliteDatabase& database) {
    return job_table::insert_ended(database, ended);
  };
  return perform<void>(thread_, Kind::kDurableWrite, Room::kAlways, std::move(work), pace);
}

Awaitable<Result<void>> SqliteStore::end(StoredJob ended, Pace pace) {
  Work<void> work = [ended = std::move(ended)](SqliteDatabase& database) {
    return job_table::update_end(database, ended);
  };
  return perform<void>(thread_, Kind::kWrite, Room::kAlways, std::move(work), pace);
}

Awaitable<Result<std::optional<StoredJob>>> SqliteStore::find_job(JobId id, WithOutput with) {
  Work<std::optional<StoredJob>> work = [id = std::move(id), with](SqliteDatabase& database) {
    return job_table::find(database, id, with);
  };
  return perform(thread_, Kind::kRead, Room::kIfThereIs, std::move(work));
}

Awaitable<Result<std::string>> SqliteStore::find_findings(JobId id) {
  Work<std::string> work = [id = std::move(id)](SqliteDatabase& database) {
    return job_table::find_findings(database, id);
  };
  return perform(thread_, Kind::kRead, Room::kIfThereIs, std::move(work));
}

Awaitable<Result<std::vector<Job>>> SqliteStore::find_jobs(JobQuery query) {
  Work<std::vector<Job>> work = [query = std::move(query)](SqliteDatabase& database) {
    return job_table::find_all(database, query);
  };
  return perform(thread_, Kind::kRead, Room::kIfThereIs, std::move(work));
}

Awaitable<Result<std::vector<UnfinishedJob>>> SqliteStore::unfinished_jobs() {
  Work<std::vector<UnfinishedJob>> work = job_table::find_unfinished;
  return perform(thread_, Kind::kRead, Room::kAlways, std::move(work));
}

Awaitable<Result<std::int64_t>> SqliteStore::remove_jobs_ended_before(WallTime time,
                                                                      std::int64_t limit) {
  Work<std::int64_t> work = [time, limit](SqliteDatabase& database) {
    return job_table::remove_ended_before(database, time, limit);
  };
  return perform(thread_, Kind::kWrite, Room::kIfThereIs, std::move(work));
}

Awaitable<Result<std::optional<KeyedCheckup>>> SqliteStore::add_checkup(AcceptedCheckup accepted) {
  Work<std::optional<KeyedCheckup>> work = [accepted =
                                                std::move(accepted)](SqliteDatabase& database) {
    return checkup_table::insert(database, accepted);
  };
  return perform(thread_, Kind::kDurableWrite, Room::kIfThereIs, std::move(work));
}

Awaitable<Result<std::optional<KeyedCheckup>>> SqliteStore::find_keyed_checkup(ClientId owner,
                                                                               std::string key) {
  Work<std::optional<KeyedCheckup>> work = [owner = std::move(owner),
                                            key = std::move(key)](SqliteDatabase& database) {
    return checkup_table::find_keyed(database, owner, key);
  };
  return perform(thread_, Kind::kRead, Room::kIfThereIs, std::move(work));
}

Awaitable<Result<std::optional<Checkup>>> SqliteStore::find_checkup(CheckupId id) {
  Work<std::optional<Checkup>> work = [id = std::move(id)](SqliteDatabase& database) {
    return checkup_table::find(database, id);
  };
  return perform(thread_, Kind::kRead, Room::kIfThereIs, std::move(work));
}

Awaitable<Result<std::vector<Checkup>>> SqliteStore::find_checkups(CheckupQuery query) {
  Work<std::vector<Checkup>> work = [query = std::move(query)](SqliteDatabase& database) {
    return checkup_table::find_all(database, query);
  };
  return perform(thread_, Kind::kRead, Room::kIfThereIs, std::move(work));
}

Awaitable<Result<void>> SqliteStore::add_project(Project project) {
  Work<void> work = [project = std::move(project)](SqliteDatabase& database) {
    return project_table::insert(database, project);
  };
  return perform<void>(thread_, Kind::kDurableWrite, Room::kIfThereIs, std::move(work));
}

Awaitable<Result<std::optional<Project>>> SqliteStore::find_project(ProjectId id) {
  Work<std::optional<Project>> work = [id = std::move(id)](SqliteDatabase& database) {
    return project_table::find(database, id);
  };
  return perform(thread_, Kind::kRead, Room::kIfThereIs, std::move(work));
}

// On disk before its tree is removed, because a record must not refer to a missing tree.
Awaitable<Result<void>> SqliteStore::remove_project(ProjectId id) {
  Work<void> work = [id = std::move(id)](SqliteDatabase& database) {
    return project_table::remove(database, id);
  };
  return perform<void>(thread_, Kind::kDurableWrite, Room::kIfThereIs, std::move(work));
}

Awaitable<Result<std::int64_t>> SqliteStore::count_projects_of_tree(std::string sha256) {
  Work<std::int64_t> work = [sha256 = std::move(sha256)](SqliteDatabase& database) {
    return project_table::count_of_tree(database, sha256);
  };
  return perform(thread_, Kind::kRead, Room::kIfThereIs, std::move(work));
}

Awaitable<Result<std::vector<Project>>> SqliteStore::expired_projects(WallTime now, ProjectId after,
                                                                      std::int64_t limit) {
  Work<std::vector<Project>> work = [now, after = std::move(after),
                                     limit](SqliteDatabase& database) {
    return project_table::expired(database, now, after, limit);
  };
  return perform(thread_, Kind::kRead, Room::kIfThereIs, std::move(work));
}

}  // namespace glovebox
