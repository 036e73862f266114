// The tables of check-ups and of their jobs. Blocks; used on the store's thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/checkup_store.h"
#include "store/sqlite.h"

namespace glovebox::checkup_table {

Result<std::optional<KeyedCheckup>> insert(SqliteDatabase& database,
                                           const AcceptedCheckup& accepted);
Result<std::optional<KeyedCheckup>> find_keyed(SqliteDatabase& database, const ClientId& owner,
                                               const std::string& key);
Result<std::optional<Checkup>> find(SqliteDatabase& database, const CheckupId& id);
Result<std::vector<Checkup>> find_all(SqliteDatabase& database, const CheckupQuery& query);
// Empty: the job belongs to no check-up.
Result<CheckupId> of_job(SqliteDatabase& database, const JobId& job);
// Those whose jobs are all gone.
Result<void> remove_empty(SqliteDatabase& database);

}  // namespace glovebox::checkup_table
