#include "registry/program_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/near_miss.h"
#include "base/units.h"
#include "registry/small_file.h"

namespace glovebox {
namespace {

constexpr std::string_view kOpen = "{file:";

// No "..", no absolute path, no hidden file: a manifest includes only files that ship with it.
bool is_plain(std::string_view name) {
  bool starts_part = true;
  for (char c : name) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && c != '_' && (starts_part || (c != '-' && c != '.' && c != '/'))) return false;
    starts_part = c == '/';
  }
  return !starts_part && name.size() <= 200;
}

Result<std::string> read_program(std::string_view name, const std::filesystem::path& folder) {
  if (!is_plain(name)) {
    return validation_error(
        fmt::format("includes the file {}, which is not a plain path below the manifest's folder",
                    in_quotes(name)));
  }
  Result<std::string> text = read_small_file(folder / name, kMaxProgramBytes);
  if (text.has_error()) {
    return validation_error(
        fmt::format("includes the file {}, which {}", in_quotes(name), text.error().message()));
  }
  if (text->find('\0') != std::string::npos) {
    return validation_error(
        fmt::format("includes the file {}, which contains NUL and cannot be an argument", name));
  }
  return text;
}

void append_literal(std::string& element, std::string_view text) {
  for (char c : text) {
    element += c;
    if (c == '{' || c == '}') element += c;
  }
}

}  // namespace

Result<std::string> with_program_files(std::string_view element,
                                       const std::filesystem::path& folder) {
  std::string whole;
  while (true) {
    std::size_t start = element.find(kOpen);
    whole += element.substr(0, start);
    if (start == std::string_view::npos) return whole;
    element.remove_prefix(start + kOpen.size());
    std::size_t end = std::min(element.find('}'), element.size());
    GB_TRY(std::string text, read_program(element.substr(0, end), folder));
    append_literal(whole, text);
    element.remove_prefix(std::min(end + 1, element.size()));
    if (whole.size() <= kMaxProgramBytes) continue;
    return validation_error(
        fmt::format("is larger than {} with its files; include fewer or smaller files",
                    format_bytes(ByteCount(kMaxProgramBytes))));
  }
}

}  // namespace glovebox
