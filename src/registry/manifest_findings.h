// The [findings] of a manifest, and `checkup`.
#pragma once

#include "model/tool.h"
#include "registry/table_reader.h"

namespace glovebox {

void read_findings(TableReader& manifest, ProblemList& problems, Tool& tool);

}  // namespace glovebox
