#include "projects/shebang.h"

#include <algorithm>

namespace glovebox {
namespace {

constexpr std::size_t kLongestName = 32;

std::string_view take_word(std::string_view& line) {
  std::size_t begin = std::min(line.find_first_not_of(" \t"), line.size());
  line.remove_prefix(begin);
  std::size_t end = std::min(line.find_first_of(" \t"), line.size());
  std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

bool is_program_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '_' || c == '+' || c == '-';
         });
}

}  // namespace

std::string interpreter_of(std::string_view head) {
  if (!head.starts_with("#!")) return {};
  std::string_view line = head.substr(2, kShebangBytes);
  line = line.substr(0, std::min(line.find_first_of("\r\n"), line.size()));
  std::string_view program = base_name(take_word(line));
  // env(1) accepts options and variables before the program.
  while (program == "env" || program.starts_with('-') || program.find('=') != program.npos) {
    program = base_name(take_word(line));
    if (program.empty()) return {};
  }
  return is_program_name(program) ? std::string(program) : std::string();
}

}  // namespace glovebox
