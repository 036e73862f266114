// The tables of the database, and the upgrade of older versions.
#pragma once

#include "base/result.h"
#include "store/sqlite.h"

namespace glovebox {

// Enables write-ahead logging and upgrades the tables to the current version (user_version). kUser
// if the file is another program's database, or has a later version because an older Glovebox was
// started.
Result<void> prepare_schema(SqliteDatabase& database);

}  // namespace glovebox
