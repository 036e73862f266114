#include "store/checkup_table.h"

#include <utility>

#include "store/job_table.h"
#include "store/time_column.h"

namespace glovebox::checkup_table {
namespace {

Result<void> insert_checkup(SqliteDatabase& database, const AcceptedCheckup& accepted) {
  GB_TRY(SqliteStatement insert,
         database.prepare("INSERT INTO checkups (id, owner, project_id, created_at, key,"
                          " fingerprint, webhook) VALUES (?, ?, ?, ?, ?, ?, ?)"));
  insert.bind(0, accepted.checkup.id.str());
  insert.bind(1, accepted.checkup.owner.str());
  insert.bind(2, accepted.checkup.project_id.str());
  insert.bind(3, to_column(accepted.checkup.created_at));
  insert.bind(4, accepted.idempotency_key);
  insert.bind(5, accepted.fingerprint);
  insert.bind(6, accepted.webhook_url);
  return insert.run();
}

Result<void> insert_member(SqliteDatabase& database, const CheckupId& checkup, std::int64_t place,
                           const JobId& job) {
  GB_TRY(SqliteStatement insert,
         database.prepare("INSERT INTO checkup_jobs (checkup_id, place, job_id)"
                          " VALUES (?, ?, ?)"));
  insert.bind(0, checkup.str());
  insert.bind(1, place);
  insert.bind(2, job.str());
  return insert.run();
}

CheckupRecord read_record(const SqliteStatement& row) {
  CheckupRecord record;
  record.id = CheckupId(row.text(0));
  record.owner = ClientId(row.text(1));
  record.project_id = ProjectId(row.text(2));
  record.created_at = from_column(row.number(3));
  return record;
}

Result<Checkup> with_jobs(SqliteDatabase& database, CheckupRecord record) {
  Checkup checkup(std::move(record));
  GB_TRY(checkup.jobs, job_table::find_of_checkup(database, checkup.id));
  return checkup;
}

}  // namespace

Result<std::optional<KeyedCheckup>> find_keyed(SqliteDatabase& database, const ClientId& owner,
                                               const std::string& key) {
  GB_TRY(SqliteStatement select, database.prepare("SELECT id, fingerprint FROM checkups"
                                                  " WHERE owner = ? AND key = ? AND key <> ''"));
  select.bind(0, owner.str());
  select.bind(1, key);
  GB_TRY(bool found, select.step());
  if (!found) return std::optional<KeyedCheckup>();
  return std::optional(KeyedCheckup{CheckupId(select.text(0)), select.text(1)});
}

Result<std::optional<KeyedCheckup>> insert(SqliteDatabase& database,
                                           const AcceptedCheckup& accepted) {
  GB_TRY(std::optional<KeyedCheckup> earlier,
         find_keyed(database, accepted.checkup.owner, accepted.idempotency_key));
  if (earlier) return earlier;
  GB_TRY_VOID(insert_checkup(database, accepted));
  std::int64_t place = 0;
  for (const AcceptedJob& job : accepted.jobs) {
    GB_TRY_VOID(job_table::insert(database, job));
    GB_TRY_VOID(insert_member(database, accepted.checkup.id, place++, job.job.id));
  }
  return std::optional<KeyedCheckup>();
}

Result<std::optional<Checkup>> find(SqliteDatabase& database, const CheckupId& id) {
  GB_TRY(SqliteStatement select,
         database.prepare("SELECT id, owner, project_id, created_at FROM checkups WHERE id = ?"));
  select.bind(0, id.str());
  GB_TRY(bool found, select.step());
  if (!found) return std::optional<Checkup>();
  GB_TRY(Checkup checkup, with_jobs(database, read_record(select)));
  return std::optional(std::move(checkup));
}

Result<std::vector<Checkup>> find_all(SqliteDatabase& database, const CheckupQuery& query) {
  GB_TRY(SqliteStatement select,
         database.prepare("SELECT id, owner, project_id, created_at FROM checkups"
                          " WHERE owner = ?1 AND (?2 IS NULL OR (created_at, id) < (?2, ?3))"
                          " ORDER BY created_at DESC, id DESC LIMIT ?4"));
  select.bind(0, query.owner.str());
  std::optional<WallTime> before;
  if (query.behind) before = query.behind->created_at;
  select.bind(1, to_column(before));
  select.bind(2, query.behind ? query.behind->id.str() : std::string());
  select.bind(3, query.limit);
  std::vector<Checkup> checkups;
  for (;;) {
    GB_TRY(bool found, select.step());
    if (!found) return checkups;
    GB_TRY(Checkup checkup, with_jobs(database, read_record(select)));
    checkups.push_back(std::move(checkup));
  }
}

Result<CheckupId> of_job(SqliteDatabase& database, const JobId& job) {
  GB_TRY(SqliteStatement select,
         database.prepare("SELECT checkup_id FROM checkup_jobs WHERE job_id = ?"));
  select.bind(0, job.str());
  GB_TRY(bool found, select.step());
  return found ? CheckupId(select.text(0)) : CheckupId();
}

Result<void> remove_empty(SqliteDatabase& database) {
  GB_TRY(SqliteStatement remove,
         database.prepare("DELETE FROM checkups WHERE NOT EXISTS"
                          " (SELECT 1 FROM checkup_jobs WHERE checkup_id = checkups.id)"));
  return remove.run();
}

}  // namespace glovebox::checkup_table
