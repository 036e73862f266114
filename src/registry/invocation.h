// Parameters in, a validated command out.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <string>

#include "base/result.h"
#include "model/tool.h"

namespace glovebox {

// argv and environment together, a byte for each string's end included. The sandbox takes no more.
inline constexpr std::size_t kMaxInvocationBytes = 128 << 10;

// Checks the parameters as given ({"name": value}) against the tool, fills defaults and turns them
// into argv and environment. The environment is PATH, HOME=/tmp, TMPDIR=/tmp and LANG=C.UTF-8, then
// the manifest's own, and nothing else. kValidation names the parameter: "parameters.NAME" is the
// field in details ("stdin" where the tool takes no standard input). A tool's status is the
// caller's to look at; one without a command is kConflict.
Result<Invocation> make_invocation(const Tool& tool, const boost::json::object& parameters,
                                   std::string stdin_text);

}  // namespace glovebox
