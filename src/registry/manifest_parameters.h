// The [[parameters]] of a manifest, and how they fit its command.
#pragma once

#include <vector>

#include "model/tool.h"
#include "registry/table_reader.h"

namespace glovebox {

std::vector<Parameter> read_parameters(TableReader& manifest, ProblemList& problems);

// Placeholders that are malformed or name nothing, parameters that the command never uses, defaults
// that the command cannot take. Only for a tool whose parts are each good.
void check_command(const Tool& tool, TableReader& manifest);

}  // namespace glovebox
