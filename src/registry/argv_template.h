// The command of a manifest: an argv whose elements contain placeholders.
//
//   {project}   the work directory, /work
//   {cpus}      the whole CPUs that the job has, at least 1
//   {NAME}      the value of a parameter; for a boolean with a flag, the flag
//   {{  }}      a literal { and }
//
// An element that names an unset parameter, or a false boolean with a flag, is dropped. A boolean
// without a flag becomes "true" or "false". The first element, the program, is used unchanged and
// contains no braces. Elements are never split or joined: a value is data, whatever it contains.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/tool.h"

namespace glovebox {

inline constexpr std::string_view kProjectPlaceholder = "project";
inline constexpr std::string_view kCpusPlaceholder = "cpus";
inline constexpr std::string_view kWorkDirectory = "/work";

struct TemplatePiece {
  enum class Kind { kLiteral, kPlaceholder };
  Kind kind = Kind::kLiteral;
  std::string text;  // the literal, or the placeholder's name
};

// kValidation states which brace is wrong.
Result<std::vector<TemplatePiece>> parse_element(std::string_view element);

// Values by the name of the parameter; a missing one is unset.
using ParameterValues = std::map<std::string, ParameterValue>;

// The argv of a run. kValidation if a string value would be the start of an element and starts with
// '-', because it could be read as an option. Values of an enum and numbers are not checked: the
// manifest declares them.
Result<std::vector<std::string>> expand_command(const Tool& tool, const ParameterValues& values);

}  // namespace glovebox
