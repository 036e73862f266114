#include "model/verdict.h"

#include <array>

namespace glovebox {
namespace {

constexpr std::array<std::string_view, 4> kNames{"clean", "findings", "nothing-to-do", "error"};

}  // namespace

std::string_view verdict_name(Verdict verdict) {
  return kNames[static_cast<std::size_t>(verdict)];
}

std::optional<Verdict> parse_verdict(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Verdict>(i);
  }
  return std::nullopt;
}

}  // namespace glovebox
