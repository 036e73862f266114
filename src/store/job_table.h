// The tables of jobs, their output and their findings. Blocks; used on the store's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/job_store.h"
#include "store/sqlite.h"

namespace glovebox::job_table {

Result<std::optional<KeyedJob>> insert(SqliteDatabase& database, const AcceptedJob& accepted);
Result<std::optional<KeyedJob>> find_keyed(SqliteDatabase& database, const ClientId& owner,
                                           const std::string& key);
Result<void> update_start(SqliteDatabase& database, const Job& job);
Result<void> insert_ended(SqliteDatabase& database, const StoredJob& ended);
Result<void> update_end(SqliteDatabase& database, const StoredJob& ended);
Result<std::optional<StoredJob>> find(SqliteDatabase& database, const JobId& id, WithOutput with);
Result<std::string> find_findings(SqliteDatabase& database, const JobId& id);
// In the order of the check-up.
Result<std::vector<Job>> find_of_checkup(SqliteDatabase& database, const CheckupId& checkup);
Result<std::vector<Job>> find_all(SqliteDatabase& database, const JobQuery& query);
Result<std::vector<UnfinishedJob>> find_unfinished(SqliteDatabase& database);
Result<std::int64_t> remove_ended_before(SqliteDatabase& database, WallTime time,
                                         std::int64_t limit);

}  // namespace glovebox::job_table
