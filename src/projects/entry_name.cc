#include "projects/entry_name.h"

#include <sys/stat.h>

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

bool is_project_folder(std::string_view name) {
  return name == "." || name == "./";
}

bool is_macos_clutter(const RelativePath& path) {
  std::string_view name = path.name();
  return path.components().front() == "__MACOSX" || name == ".DS_Store" ||
         (name.starts_with("._") && name.size() > 2);
}

Result<void> check_mode(std::string_view name, std::uint32_t mode) {
  switch (mode & S_IFMT) {
    case 0:
    case S_IFREG:
      if (mode & (S_ISUID | S_ISGID | S_ISVTX)) {
        return refuse_entry(name, "has a setuid, setgid or sticky bit; take it off");
      }
      return ok();
    case S_IFDIR:
      if (mode & S_ISUID) return refuse_entry(name, "has a setuid bit; take it off");
      return ok();
    case S_IFLNK:
      return refuse_entry(name, "is a symbolic link; put the file it points at in its place");
    case S_IFCHR:
    case S_IFBLK:
      return refuse_entry(name, "is a device; only files and folders can be uploaded");
    case S_IFIFO:
      return refuse_entry(name, "is a named pipe; only files and folders can be uploaded");
    case S_IFSOCK:
      return refuse_entry(name, "is a socket; only files and folders can be uploaded");
    default:
      return refuse_entry(name, "is of an unknown type; only files and folders can be uploaded");
  }
}

}  // namespace glovebox
