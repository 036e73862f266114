// The table of projects. Blocks; used on the store's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/project_records.h"
#include "store/sqlite.h"

namespace glovebox::project_table {

Result<void> insert(SqliteDatabase& database, const Project& project);
Result<std::optional<Project>> find(SqliteDatabase& database, const ProjectId& id);
Result<void> remove(SqliteDatabase& database, const ProjectId& id);
Result<std::int64_t> count_of_tree(SqliteDatabase& database, const std::string& sha256);
Result<std::vector<Project>> expired(SqliteDatabase& database, WallTime now, const ProjectId& after,
                                     std::int64_t limit);

}  // namespace glovebox::project_table
