// The tables of the database and how older ones become the present ones.
#pragma once

#include "base/result.h"
#include "store/sqlite.h"

namespace glovebox {

// Write-ahead logging, and the tables at their present version (user_version). kUser where the file
// is another program's database. A database of a later version is refused: its owner has gone back
// to an older Glovebox.
Result<void> prepare_schema(SqliteDatabase& database);

}  // namespace glovebox
