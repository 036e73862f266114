#include "store/job_table.h"

#include <utility>
#include <vector>

#include "store/checkup_table.h"
#include "store/outbox_table.h"
#include "store/record_texts.h"
#include "store/time_column.h"

namespace glovebox::job_table {
namespace {

template <class T>
std::optional<T> narrowed(std::optional<std::int64_t> number) {
  return number ? std::optional(static_cast<T>(*number)) : std::nullopt;
}

Error damaged(const JobId& id) {
  return internal_error("database: the record of job " + id.str() + " is damaged");
}

Result<void> read_lists(Job& job, const std::string& artifacts, const std::string& isolation) {
  std::optional<std::vector<Artifact>> files = artifacts_from_text(artifacts);
  std::optional<std::vector<std::string>> layers = strings_from_text(isolation);
  if (!files || !layers) return damaged(job.id);
  job.artifacts = std::move(*files);
  job.isolation = std::move(*layers);
  return ok();
}

Result<std::optional<FindingCounts>> read_counts(const std::string& text, const JobId& id) {
  if (text.empty()) return std::optional<FindingCounts>();
  std::optional<FindingCounts> counts = counts_from_text(text);
  if (!counts) return damaged(id);
  return counts;
}

Result<Job> read_job(const SqliteStatement& row) {
  Job job;
  job.id = JobId(row.text(0));
  job.tool_id = ToolId(row.text(1));
  job.project_id = ProjectId(row.text(2));
  job.owner = ClientId(row.text(3));
  std::optional<JobStatus> status = parse_job_status(row.text(4));
  if (!status) return damaged(job.id);
  job.status = *status;
  job.exit_code = narrowed<int>(row.optional_number(5));
  job.signal = narrowed<int>(row.optional_number(6));
  job.reason = row.text(7);
  job.message = row.text(8);
  job.output.truncated = row.number(9) != 0;
  job.output.lines = row.number(10);
  job.output.bytes = row.number(11);
  job.created_at = from_column(row.number(12));
  job.started_at = from_column(row.optional_number(13));
  job.finished_at = from_column(row.optional_number(14));
  job.usage.user = std::chrono::milliseconds(row.number(15));
  job.usage.system = std::chrono::milliseconds(row.number(16));
  job.usage.peak_memory = ByteCount(static_cast<std::uint64_t>(row.number(17)));
  job.usage.peak_processes = static_cast<int>(row.number(18));
  GB_TRY_VOID(read_lists(job, row.text(19), row.text(20)));
  if (std::string verdict = row.text(21); !verdict.empty()) {
    job.verdict = parse_verdict(verdict);
    if (!job.verdict) return damaged(job.id);
  }
  GB_TRY(job.findings, read_counts(row.text(22), job.id));
  job.webhook_url = row.text(23);
  job.attempt = static_cast<int>(row.number(24));
  if (std::string image = row.text(25); !image.empty()) {
    std::size_t space = image.find(' ');
    if (space == std::string::npos) return damaged(job.id);
    job.image = ImageRef{image.substr(space + 1), image.substr(0, space)};
  }
  if (std::string inputs = row.text(26); !inputs.empty()) {
    job.inputs = std::make_shared<const std::string>(std::move(inputs));
  }
  return job;
}

Result<std::vector<Job>> read_jobs(SqliteStatement& select) {
  std::vector<Job> jobs;
  for (;;) {
    GB_TRY(bool found, select.step());
    if (!found) return jobs;
    GB_TRY(Job job, read_job(select));
    jobs.push_back(std::move(job));
  }
}

// The columns that read_job() expects. A macro, because statements are identified by their literal.
#define SELECT_JOBS                                                                            \
  "SELECT id, tool_id, project_id, owner, status, exit_code, signal, reason, message,"         \
  " output_truncated, output_lines, output_bytes, created_at, started_at, finished_at,"        \
  " user_ms, system_ms, peak_memory, peak_processes, artifacts, isolation, verdict, findings," \
  " webhook, attempt, image, inputs FROM jobs"

std::string_view inputs_text(const Job& job) {
  return job.inputs ? std::string_view(*job.inputs) : std::string_view();
}

Result<void> insert_job(SqliteDatabase& database, const Job& job) {
  GB_TRY(SqliteStatement insert,
         database.prepare("INSERT INTO jobs (id, tool_id, project_id, owner, status, created_at,"
                          " webhook, attempt, inputs) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  insert.bind(0, job.id.str());
  insert.bind(1, job.tool_id.str());
  insert.bind(2, job.project_id.str());
  insert.bind(3, job.owner.str());
  insert.bind(4, job_status_name(job.status));
  insert.bind(5, to_column(job.created_at));
  insert.bind(6, job.webhook_url);
  insert.bind(7, std::int64_t{job.attempt});
  insert.bind(8, inputs_text(job));
  return insert.run();
}

Result<void> insert_request(SqliteDatabase& database, const AcceptedJob& accepted) {
  GB_TRY(SqliteStatement insert,
         database.prepare("INSERT INTO job_requests (job_id, request) VALUES (?, ?)"));
  insert.bind(0, accepted.job.id.str());
  insert.bind_blob(1, accepted.request);
  return insert.run();
}

Result<void> insert_key(SqliteDatabase& database, const AcceptedJob& accepted) {
  GB_TRY(SqliteStatement insert,
         database.prepare("INSERT INTO job_keys (owner, key, job_id, fingerprint)"
                          " VALUES (?, ?, ?, ?)"));
  insert.bind(0, accepted.job.owner.str());
  insert.bind(1, accepted.idempotency_key);
  insert.bind(2, accepted.job.id.str());
  insert.bind(3, accepted.fingerprint);
  return insert.run();
}

// How the job ended: the first parameters of a statement.
constexpr int kEndColumns = 21;
void bind_end(SqliteStatement& statement, const Job& job) {
  statement.bind(0, job_status_name(job.status));
  statement.bind(1, narrowed<std::int64_t>(job.exit_code));
  statement.bind(2, narrowed<std::int64_t>(job.signal));
  statement.bind(3, job.reason);
  statement.bind(4, job.message);
  statement.bind(5, std::int64_t{job.output.truncated});
  statement.bind(6, job.output.lines);
  statement.bind(7, job.output.bytes);
  statement.bind(8, to_column(job.started_at));
  statement.bind(9, to_column(job.finished_at));
  statement.bind(10, std::int64_t{job.usage.user.count()});
  statement.bind(11, std::int64_t{job.usage.system.count()});
  statement.bind(12, static_cast<std::int64_t>(job.usage.peak_memory.bytes()));
  statement.bind(13, std::int64_t{job.usage.peak_processes});
  statement.bind(14, artifacts_text(job.artifacts));
  statement.bind(15, strings_text(job.isolation));
  statement.bind(16, job.verdict ? verdict_name(*job.verdict) : std::string_view());
  statement.bind(17, counts_text(job.findings));
  statement.bind(18, std::int64_t{job.attempt});
  statement.bind(19, job.image ? job.image->digest + " " + job.image->ref : std::string());
  statement.bind(20, inputs_text(job));
}

Result<void> insert_output(SqliteDatabase& database, const JobId& id, const std::string& output) {
  if (output.empty()) return ok();
  GB_TRY(SqliteStatement insert,
         database.prepare("INSERT OR REPLACE INTO job_output (job_id, output) VALUES (?, ?)"));
  insert.bind(0, id.str());
  insert.bind_blob(1, output);
  return insert.run();
}

Result<void> insert_findings(SqliteDatabase& database, const StoredJob& ended) {
  if (ended.findings.empty()) return ok();
  GB_TRY(SqliteStatement insert,
         database.prepare("INSERT OR REPLACE INTO job_findings (job_id, findings) VALUES (?, ?)"));
  insert.bind(0, ended.job.id.str());
  insert.bind_blob(1, ended.findings);
  return insert.run();
}

Result<void> insert_results(SqliteDatabase& database, const StoredJob& ended) {
  GB_TRY_VOID(insert_output(database, ended.job.id, ended.output));
  GB_TRY_VOID(insert_findings(database, ended));
  return outbox_table::note_end(database, ended.job);
}

// The request is no longer needed.
Result<void> remove_request(SqliteDatabase& database, const JobId& id) {
  GB_TRY(SqliteStatement remove, database.prepare("DELETE FROM job_requests WHERE job_id = ?"));
  remove.bind(0, id.str());
  return remove.run();
}

}  // namespace

Result<std::optional<KeyedJob>> find_keyed(SqliteDatabase& database, const ClientId& owner,
                                           const std::string& key) {
  GB_TRY(SqliteStatement select,
         database.prepare("SELECT job_id, fingerprint FROM job_keys WHERE owner = ? AND key = ?"));
  select.bind(0, owner.str());
  select.bind(1, key);
  GB_TRY(bool found, select.step());
  if (!found) return std::optional<KeyedJob>();
  return std::optional(KeyedJob{JobId(select.text(0)), select.text(1)});
}

Result<std::optional<KeyedJob>> insert(SqliteDatabase& database, const AcceptedJob& accepted) {
  if (!accepted.idempotency_key.empty()) {
    GB_TRY(std::optional<KeyedJob> earlier,
           find_keyed(database, accepted.job.owner, accepted.idempotency_key));
    if (earlier) return earlier;
  }
  GB_TRY_VOID(insert_job(database, accepted.job));
  if (!accepted.request.empty()) GB_TRY_VOID(insert_request(database, accepted));
  if (!accepted.idempotency_key.empty()) GB_TRY_VOID(insert_key(database, accepted));
  return std::optional<KeyedJob>();
}

Result<void> update_start(SqliteDatabase& database, const Job& job) {
  GB_TRY(SqliteStatement update,
         database.prepare("UPDATE jobs SET status = ?, started_at = ?, isolation = ?,"
                          " attempt = ? WHERE id = ? AND finished_at IS NULL"));
  update.bind(0, job_status_name(job.status));
  update.bind(1, to_column(job.started_at));
  update.bind(2, strings_text(job.isolation));
  update.bind(3, std::int64_t{job.attempt});
  update.bind(4, job.id.str());
  return update.run();
}

Result<void> update_end(SqliteDatabase& database, const StoredJob& ended) {
  GB_TRY(SqliteStatement update,
         database.prepare(
             "UPDATE jobs SET status = ?, exit_code = ?, signal = ?, reason = ?, message = ?,"
             " output_truncated = ?, output_lines = ?, output_bytes = ?, started_at = ?,"
             " finished_at = ?, user_ms = ?, system_ms = ?, peak_memory = ?, peak_processes = ?,"
             " artifacts = ?, isolation = ?, verdict = ?, findings = ?, attempt = ?, image = ?,"
             " inputs = ?"
             " WHERE id = ?"));
  const Job& job = ended.job;
  bind_end(update, job);
  update.bind(kEndColumns, job.id.str());
  GB_TRY_VOID(update.run());
  // Its row may be missing if the database was restored from a backup.
  if (database.changes() == 0) return insert_ended(database, ended);
  GB_TRY_VOID(remove_request(database, job.id));
  return insert_results(database, ended);
}

Result<void> insert_ended(SqliteDatabase& database, const StoredJob& ended) {
  GB_TRY(
      SqliteStatement insert,
      database.prepare(
          "INSERT INTO jobs (status, exit_code, signal, reason, message, output_truncated,"
          " output_lines, output_bytes, started_at, finished_at, user_ms, system_ms,"
          " peak_memory, peak_processes, artifacts, isolation, verdict, findings, attempt, image,"
          " inputs, id, tool_id, project_id, owner, created_at, webhook) VALUES (?, ?, ?, ?, ?, ?, "
          "?, ?, ?,"
          " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  const Job& job = ended.job;
  bind_end(insert, job);
  insert.bind(kEndColumns, job.id.str());
  insert.bind(kEndColumns + 1, job.tool_id.str());
  insert.bind(kEndColumns + 2, job.project_id.str());
  insert.bind(kEndColumns + 3, job.owner.str());
  insert.bind(kEndColumns + 4, to_column(job.created_at));
  insert.bind(kEndColumns + 5, job.webhook_url);
  GB_TRY_VOID(insert.run());
  return insert_results(database, ended);
}

Result<std::optional<StoredJob>> find(SqliteDatabase& database, const JobId& id, WithOutput with) {
  GB_TRY(SqliteStatement select, database.prepare(SELECT_JOBS " WHERE id = ?"));
  select.bind(0, id.str());
  GB_TRY(bool found, select.step());
  if (!found) return std::optional<StoredJob>();
  StoredJob stored;
  GB_TRY(stored.job, read_job(select));
  if (with == WithOutput::kYes) {
    GB_TRY(SqliteStatement output,
           database.prepare("SELECT output FROM job_output WHERE job_id = ?"));
    output.bind(0, id.str());
    GB_TRY(bool has_output, output.step());
    if (has_output) stored.output = output.text(0);
  }
  return std::optional(std::move(stored));
}

Result<std::string> find_findings(SqliteDatabase& database, const JobId& id) {
  GB_TRY(SqliteStatement select,
         database.prepare("SELECT findings FROM job_findings WHERE job_id = ?"));
  select.bind(0, id.str());
  GB_TRY(bool found, select.step());
  return found ? select.text(0) : std::string();
}

Result<std::vector<Job>> find_all(SqliteDatabase& database, const JobQuery& query) {
  GB_TRY(SqliteStatement select,
         database.prepare(SELECT_JOBS " WHERE owner = ?1 AND (?2 = '' OR status = ?2)"
                                      " AND (?3 = '' OR tool_id = ?3)"
                                      " AND (?4 IS NULL OR (created_at, id) < (?4, ?5))"
                                      " ORDER BY created_at DESC, id DESC LIMIT ?6"));
  select.bind(0, query.owner.str());
  select.bind(1, query.status ? job_status_name(*query.status) : std::string_view());
  select.bind(2, query.tool_id ? query.tool_id->str() : std::string());
  std::optional<WallTime> before;
  if (query.behind) before = query.behind->created_at;
  select.bind(3, to_column(before));
  select.bind(4, query.behind ? query.behind->id.str() : std::string());
  select.bind(5, query.limit);
  return read_jobs(select);
}

Result<std::vector<Job>> find_of_checkup(SqliteDatabase& database, const CheckupId& checkup) {
  GB_TRY(SqliteStatement select,
         database.prepare(SELECT_JOBS " JOIN checkup_jobs ON job_id = id WHERE checkup_id = ?"
                                      " ORDER BY place"));
  select.bind(0, checkup.str());
  return read_jobs(select);
}

Result<std::vector<UnfinishedJob>> find_unfinished(SqliteDatabase& database) {
  // Rows are numbered in the order in which they are added.
  GB_TRY(SqliteStatement select,
         database.prepare(SELECT_JOBS " WHERE finished_at IS NULL ORDER BY rowid"));
  GB_TRY(std::vector<Job> jobs, read_jobs(select));
  std::vector<UnfinishedJob> unfinished;
  for (Job& job : jobs) unfinished.push_back({std::move(job), {}, {}});
  for (UnfinishedJob& job : unfinished) {
    GB_TRY(SqliteStatement request,
           database.prepare("SELECT request FROM job_requests WHERE job_id = ?"));
    request.bind(0, job.job.id.str());
    GB_TRY(bool has_request, request.step());
    if (has_request) job.request = request.text(0);
    GB_TRY(job.checkup, checkup_table::of_job(database, job.job.id));
  }
  return unfinished;
}

Result<std::int64_t> remove_ended_before(SqliteDatabase& database, WallTime time,
                                         std::int64_t limit) {
  // The foreign keys delete the output, the findings and the place in a check-up.
  GB_TRY(SqliteStatement remove,
         database.prepare("DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE finished_at < ?1"
                          " AND NOT EXISTS (SELECT 1 FROM checkup_jobs mine"
                          " JOIN checkup_jobs other ON other.checkup_id = mine.checkup_id"
                          " JOIN jobs young ON young.id = other.job_id WHERE mine.job_id = jobs.id"
                          " AND (young.finished_at IS NULL OR young.finished_at >= ?1))"
                          " ORDER BY finished_at LIMIT ?2)"));
  remove.bind(0, to_column(time));
  remove.bind(1, limit);
  GB_TRY_VOID(remove.run());
  std::int64_t removed = database.changes();
  if (removed > 0) GB_TRY_VOID(checkup_table::remove_empty(database));
  return removed;
}

#undef SELECT_JOBS

}  // namespace glovebox::job_table
