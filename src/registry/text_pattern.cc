#include "registry/text_pattern.h"

#include <fmt/format.h>
#include <re2/re2.h>

namespace glovebox {
namespace {

RE2::Options options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);  // of the compiled program: "(x{1000}){1000}" is refused
  return options;
}

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

Result<void> check_pattern(std::string_view pattern) {
  if (pattern.size() > kMaxPatternBytes) {
    return validation_error(fmt::format("has {} bytes; the limit of a pattern is {}",
                                        pattern.size(), kMaxPatternBytes));
  }
  RE2 compiled(piece(pattern), options());
  if (!compiled.ok()) {
    return validation_error(
        fmt::format("is not a valid RE2 regular expression: {}", compiled.error()));
  }
  return ok();
}

bool matches_pattern(std::string_view pattern, std::string_view value) {
  RE2 compiled(piece(pattern), options());
  return compiled.ok() && RE2::FullMatch(piece(value), compiled);
}

}  // namespace glovebox
