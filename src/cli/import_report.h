// Messages on standard error about the import of the user's project.
#pragma once

#include "model/project.h"

namespace glovebox {

// Prints a line if a single top folder was removed, and a line for each warning. Escapes bytes that
// a terminal might interpret.
void print_import_notes(const ImportNotes& notes);

}  // namespace glovebox
