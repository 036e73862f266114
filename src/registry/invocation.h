// Converts parameters into a validated command.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <string>

#include "base/result.h"
#include "model/tool.h"

namespace glovebox {

// Size of argv and environment together, including one byte for each string's end. The sandbox
// accepts no more.
inline constexpr std::size_t kMaxInvocationBytes = 128 << 10;

// Checks the given parameters ({"name": value}) against the tool, adds defaults and converts them
// to argv and environment. The environment is PATH, HOME=/tmp, TMPDIR=/tmp and LANG=C.UTF-8, then
// that of the tool's image, then the manifest's own, and nothing else. kValidation names the
// parameter: "parameters.NAME" is the field in details ("stdin" if the tool does not read standard
// input). The caller checks the tool's status; a tool without a command is kConflict.
Result<Invocation> make_invocation(const Tool& tool, const boost::json::object& parameters,
                                   std::string stdin_text);

}  // namespace glovebox
