// The index file of a tree: its ProjectTree as JSON, so that a listing needs no directory walk.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/project.h"

namespace glovebox {

std::string serialize_tree(const ProjectTree& tree);
// kInternal for anything that serialize_tree did not write.
Result<ProjectTree> parse_tree(std::string_view json);

}  // namespace glovebox
