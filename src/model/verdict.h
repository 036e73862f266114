// Verdict: what a tool's exit code says about the project, as its manifest declares it.
//
// A linter that finds something has done its work: that is a verdict, not a failure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

namespace glovebox {

enum class Verdict : std::uint8_t {
  kClean,
  kFindings,
  kNothingToDo,  // the project contains nothing that the tool works on
  kError,        // the tool declares its exit codes and ended in another way
};
// "clean", "findings", "nothing-to-do", "error".
std::string_view verdict_name(Verdict verdict);
std::optional<Verdict> parse_verdict(std::string_view name);

// What each exit code means; never kError. Empty: the tool declares none.
using ExitCodes = std::map<int, Verdict>;

}  // namespace glovebox
