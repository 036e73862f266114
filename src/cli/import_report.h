// What people are told on standard error about how their project came in.
#pragma once

#include "model/project.h"

namespace glovebox {

// One line for the top folder that was taken off, and one for each warning; none where all came in
// as it was. Bytes that a terminal might act on are escaped.
void print_import_notes(const ImportNotes& notes);

}  // namespace glovebox
