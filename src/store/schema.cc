#include "store/schema.h"

#include <array>
#include <string>

namespace glovebox {
namespace {

// Step i upgrades version i to i + 1. Times are milliseconds since 1970 in UTC. Output has its own
// table, so that a scan of jobs does not read it.
constexpr std::array<const char*, 12> kSteps{
    R"sql(
CREATE TABLE projects (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  file_count INTEGER NOT NULL,
  total_bytes INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE INDEX projects_by_tree ON projects (sha256);
CREATE INDEX projects_by_expiry ON projects (expires_at);

CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  tool_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  owner TEXT NOT NULL,
  status TEXT NOT NULL,
  exit_code INTEGER,
  signal INTEGER,
  reason TEXT NOT NULL DEFAULT '',
  message TEXT NOT NULL DEFAULT '',
  output_truncated INTEGER NOT NULL DEFAULT 0,
  output_lines INTEGER NOT NULL DEFAULT 0,
  output_bytes INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  user_ms INTEGER NOT NULL DEFAULT 0,
  system_ms INTEGER NOT NULL DEFAULT 0,
  peak_memory INTEGER NOT NULL DEFAULT 0,
  peak_processes INTEGER NOT NULL DEFAULT 0,
  artifacts TEXT NOT NULL DEFAULT '[]',
  isolation TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX jobs_by_owner ON jobs (owner, created_at);
CREATE INDEX jobs_by_end ON jobs (finished_at);
CREATE INDEX jobs_unfinished ON jobs (id) WHERE finished_at IS NULL;

CREATE TABLE job_output (
  job_id TEXT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
  output BLOB NOT NULL
);
)sql",
    R"sql(
CREATE TABLE job_requests (
  job_id TEXT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
  request BLOB NOT NULL
);

CREATE TABLE job_keys (
  owner TEXT NOT NULL,
  key TEXT NOT NULL,
  job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  fingerprint TEXT NOT NULL,
  PRIMARY KEY (owner, key)
) WITHOUT ROWID;
CREATE INDEX job_keys_by_job ON job_keys (job_id);
)sql",
    // Puts a job into fewer trees, so that adding and ending a job writes fewer pages. jobs_by_end
    // also finds unfinished jobs.
    R"sql(
DROP INDEX jobs_unfinished;

CREATE TABLE job_requests_in_one_tree (
  job_id TEXT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
  request BLOB NOT NULL
) WITHOUT ROWID;
INSERT INTO job_requests_in_one_tree SELECT job_id, request FROM job_requests;
DROP TABLE job_requests;
ALTER TABLE job_requests_in_one_tree RENAME TO job_requests;
)sql",
    // How a project was imported; `warnings` is JSON.
    R"sql(
ALTER TABLE projects ADD COLUMN root TEXT NOT NULL DEFAULT '';
ALTER TABLE projects ADD COLUMN warnings TEXT NOT NULL DEFAULT '[]';
ALTER TABLE projects ADD COLUMN warning_count INTEGER NOT NULL DEFAULT 0;
)sql",
    // What the exit code said about the project, by its name; empty: no verdict.
    R"sql(
ALTER TABLE jobs ADD COLUMN verdict TEXT NOT NULL DEFAULT '';
)sql",
    // `findings` of a job is JSON, their counts; empty: its output is not read for findings.
    R"sql(
ALTER TABLE jobs ADD COLUMN findings TEXT NOT NULL DEFAULT '';

CREATE TABLE job_findings (
  job_id TEXT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
  findings BLOB NOT NULL
);
)sql",
    // Check-ups; `place` is that of a job in its check-up.
    R"sql(
CREATE TABLE checkups (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  project_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL
);
CREATE INDEX checkups_by_owner ON checkups (owner, created_at);
CREATE UNIQUE INDEX checkups_by_key ON checkups (owner, key) WHERE key <> '';

CREATE TABLE checkup_jobs (
  checkup_id TEXT NOT NULL REFERENCES checkups (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  job_id TEXT NOT NULL UNIQUE REFERENCES jobs (id) ON DELETE CASCADE,
  PRIMARY KEY (checkup_id, place)
) WITHOUT ROWID;
)sql",
    // Webhooks and their outbox. `events` has a bit for each event. A delivery without a webhook
    // belongs to a request that named a URL (the columns `webhook`). `next_at` is null once nothing
    // more is sent.
    R"sql(
ALTER TABLE jobs ADD COLUMN webhook TEXT NOT NULL DEFAULT '';
ALTER TABLE checkups ADD COLUMN webhook TEXT NOT NULL DEFAULT '';

CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  url TEXT NOT NULL,
  events INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  secret TEXT NOT NULL,
  old_secret TEXT NOT NULL DEFAULT '',
  old_secret_until INTEGER NOT NULL DEFAULT 0,
  disabled TEXT NOT NULL DEFAULT ''
);
CREATE INDEX webhooks_by_owner ON webhooks (owner, created_at);

CREATE TABLE webhook_deliveries (
  id TEXT PRIMARY KEY,
  webhook_id TEXT REFERENCES webhooks (id) ON DELETE CASCADE,
  owner TEXT NOT NULL,
  url TEXT NOT NULL,
  event TEXT NOT NULL,
  subject TEXT NOT NULL,
  body BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending',
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER,
  last_at INTEGER,
  last_status INTEGER NOT NULL DEFAULT 0,
  last_error TEXT NOT NULL DEFAULT ''
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX webhook_deliveries_of ON webhook_deliveries (webhook_id, created_at);
CREATE UNIQUE INDEX webhook_deliveries_once
  ON webhook_deliveries (coalesce(webhook_id, ''), event, subject);
)sql",
    // Which run of the job it is; more than 1: earlier ones were lost.
    R"sql(
ALTER TABLE jobs ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;
)sql",
    // The digest of the tool's image, a space, and where it came from; empty: the host's /usr.
    R"sql(
ALTER TABLE jobs ADD COLUMN image TEXT NOT NULL DEFAULT '';
)sql",
    // What the run was started with, as JSON; see model/run_inputs.h. Empty: not known.
    R"sql(
ALTER TABLE jobs ADD COLUMN inputs TEXT NOT NULL DEFAULT '';
)sql",
    // Links to jobs and check-ups; `subject` is the id of one, `token_hash` a SHA-256.
    R"sql(
CREATE TABLE shares (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  subject TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);
)sql"};

Result<std::int64_t> version_of(SqliteDatabase& database) {
  GB_TRY(SqliteStatement ask, database.prepare("PRAGMA user_version"));
  GB_TRY_VOID(ask.step());
  return ask.number(0);
}

// A file without our tables, or without any that a known version has, belongs to another program.
Result<void> check_ours(SqliteDatabase& database, std::int64_t version) {
  GB_TRY(SqliteStatement all, database.prepare("SELECT count(*) FROM sqlite_schema"));
  GB_TRY_VOID(all.step());
  GB_TRY(SqliteStatement ours,
         database.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
                          " AND name IN ('jobs', 'projects', 'job_output')"));
  GB_TRY_VOID(ours.step());
  bool is_ours = version == 0 ? all.number(0) == 0 : ours.number(0) == 3;
  if (is_ours) return ok();
  return Error(
      ErrorKind::kUser,
      "glovebox.db is another program's SQLite database, or lost its tables; move it "
      "away to start with an empty one, or restore a backup with \"glovebox data restore\"");
}

Result<void> take_step(SqliteDatabase& database, std::size_t version) {
  std::string sql = "BEGIN IMMEDIATE;";
  sql += kSteps[version];
  sql += "PRAGMA user_version = " + std::to_string(version + 1) + "; COMMIT;";
  Result<void> taken = database.execute(sql.c_str());
  if (taken.has_error() && database.in_transaction()) (void)database.execute("ROLLBACK");
  return taken;
}

}  // namespace

Result<void> prepare_schema(SqliteDatabase& database) {
  // Check this before writing to a file that may belong to another program.
  GB_TRY(std::int64_t version, version_of(database));
  if (version > static_cast<std::int64_t>(kSteps.size())) {
    return Error(ErrorKind::kConflict, "the database has version " + std::to_string(version) +
                                           " but this Glovebox supports up to " +
                                           std::to_string(kSteps.size()) +
                                           "; use the newer Glovebox, or another data directory");
  }
  GB_TRY_VOID(check_ours(database, version));
  // Other processes, such as backups, may read. The store's own lock prevents a second server.
  GB_TRY_VOID(
      database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                       "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;"));
  for (auto next = static_cast<std::size_t>(version); next < kSteps.size(); ++next) {
    GB_TRY_VOID(take_step(database, next));
  }
  return ok();
}

}  // namespace glovebox
