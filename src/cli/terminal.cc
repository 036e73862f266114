#include "cli/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

namespace glovebox {

std::string Terminal::paint(Color color_of_text, std::string_view text) const {
  if (!color) return std::string(text);
  int code = 0;
  switch (color_of_text) {
    case Color::kRed:
      code = 31;
      break;
    case Color::kGreen:
      code = 32;
      break;
    case Color::kYellow:
      code = 33;
      break;
    case Color::kDim:
      code = 2;
      break;
  }
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

Terminal terminal_of(int fd, const Environment& environment) {
  auto is_set = [&](const char* name) {
    const char* value = environment(name);
    return value != nullptr && *value != '\0';
  };
  Terminal terminal;
  terminal.interactive = ::isatty(fd) == 1;
  const char* term = environment("TERM");
  bool dumb = term != nullptr && std::string_view(term) == "dumb";
  terminal.color = terminal.interactive && !is_set("NO_COLOR") && !dumb;
  return terminal;
}

}  // namespace glovebox
