#include "projects/relative_path.h"

#include <utf8proc.h>

#include "base/log.h"

namespace glovebox {
namespace {

Error refused(std::string predicate) {
  return Error(ErrorKind::kUnprocessable, std::move(predicate));
}

bool is_bidi_control(utf8proc_int32_t c) {
  return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069);
}

bool is_control(utf8proc_int32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029;
}

bool has_drive(std::string_view text) {
  return text.size() >= 2 && text[1] == ':' &&
         ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z'));
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    std::size_t slash = text.find('/');
    parts.push_back(text.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    text.remove_prefix(slash + 1);
  }
}

Result<void> check_component(std::string_view component) {
  if (component.empty()) return refused("has an empty folder name");
  if (component == "..") return refused("leads out of the project with '..'");
  if (component == ".") return refused("has '.' as a folder name");
  if (component.size() > RelativePath::kMaxComponentBytes) {
    return refused("has a name of more than 255 bytes");
  }
  return ok();
}

}  // namespace

Result<void> check_path_characters(std::string_view text) {
  auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t c;
    utf8proc_ssize_t used = utf8proc_iterate(bytes, left, &c);
    if (used <= 0) return refused("is not valid UTF-8");
    if (c == 0) return refused("contains a NUL byte");
    if (is_control(c)) return refused("contains a control character");
    if (is_bidi_control(c)) return refused("contains a character that changes the text direction");
    if (c == '\\') return refused("contains a backslash; separate folders with '/'");
    bytes += used;
    left -= used;
  }
  return ok();
}

Result<RelativePath> RelativePath::parse(std::string_view text) {
  if (text.empty()) return refused("is empty");
  if (text.size() > kMaxBytes) return refused("is longer than 1024 bytes");
  GB_TRY_VOID(check_path_characters(text));
  if (text.front() == '/') return refused("is absolute");
  if (has_drive(text)) return refused("starts with a drive letter");
  std::vector<std::string_view> parts = split(text);
  if (parts.size() > kMaxDepth) return refused("is more than 64 folders deep");
  for (std::string_view part : parts) GB_TRY_VOID(check_component(part));
  return RelativePath(text);
}

std::string_view RelativePath::name() const {
  return std::string_view(text_).substr(text_.rfind('/') + 1);
}

std::string_view RelativePath::parent() const {
  std::size_t slash = text_.rfind('/');
  return slash == std::string::npos ? std::string_view() : std::string_view(text_).substr(0, slash);
}

std::vector<std::string_view> RelativePath::components() const {
  return split(text_);
}

std::string shown_entry_name(std::string_view name) {
  return RelativePath::parse(name).has_value() ? std::string(name) : escape_for_log(name);
}

}  // namespace glovebox
