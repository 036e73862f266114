// The [[parameters]] of a manifest, and whether they fit its command.
#pragma once

#include <vector>

#include "model/tool.h"
#include "registry/table_reader.h"

namespace glovebox {

std::vector<Parameter> read_parameters(TableReader& manifest, ProblemList& problems);

// Reports placeholders that are malformed or name no parameter, parameters that the command does
// not use, and defaults that the command cannot use. Call it only for a tool whose parts are each
// valid.
void check_command(const Tool& tool, TableReader& manifest);

}  // namespace glovebox
