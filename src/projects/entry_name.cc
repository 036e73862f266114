#include "projects/entry_name.h"

#include <sys/stat.h>

#include <algorithm>

#include "projects/name_text.h"
#include "projects/unpack_budget.h"

namespace glovebox {

Result<EntryName> parse_entry_name(std::string_view name) {
  std::string_view text = name;
  bool folder = text.size() > 1 && text.back() == '/';
  if (folder) text.remove_suffix(1);
  if (text.starts_with("./")) text.remove_prefix(2);
  auto path = RelativePath::parse(text);
  if (path.has_error()) return refuse_entry(name, path.error().message());
  return EntryName{std::move(path).value(), folder};
}

std::string unix_entry_name(std::string_view bytes) {
  std::string name = percent_encode_invalid(bytes);
  if (name.find('\\') == std::string::npos) return name;
  std::string on_windows = name;
  std::replace(on_windows.begin(), on_windows.end(), '\\', '/');
  if (parse_entry_name(on_windows).has_error()) return name;
  std::string encoded;
  for (char c : name) {
    if (c == '\\') {
      encoded += "%5C";
    } else {
      encoded.push_back(c);
    }
  }
  return encoded;
}

bool is_project_folder(std::string_view name) {
  return name == "." || name == "./";
}

bool is_clutter(const RelativePath& path) {
  std::string_view name = path.name();
  return path.components().front() == "__MACOSX" || name == ".DS_Store" || name == "Thumbs.db" ||
         (name.starts_with("._") && name.size() > 2);
}

Result<EntryType> entry_type(std::string_view name, std::uint32_t mode) {
  switch (mode & S_IFMT) {
    case 0:
    case S_IFREG:
      return EntryType::kFile;
    case S_IFDIR:
      return EntryType::kFolder;
    case S_IFLNK:
      return EntryType::kLink;
    case S_IFCHR:
    case S_IFBLK:
    case S_IFIFO:
    case S_IFSOCK:
      return EntryType::kSpecial;
    default:
      return refuse_entry(name, "has an unknown type; upload files, folders and links");
  }
}

std::string_view special_file_name(std::uint32_t mode) {
  switch (mode & S_IFMT) {
    case S_IFIFO:
      return "a named pipe";
    case S_IFSOCK:
      return "a socket";
    default:
      return "a device";
  }
}

bool has_special_bits(std::uint32_t mode) {
  if ((mode & S_IFMT) == S_IFDIR) return (mode & S_ISUID) != 0;
  return (mode & S_IFMT) != S_IFLNK && (mode & (S_ISUID | S_ISGID | S_ISVTX)) != 0;
}

bool is_executable(std::uint32_t mode) {
  return (mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0;
}

}  // namespace glovebox
