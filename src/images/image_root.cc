#include "images/image_root.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

namespace glovebox {
namespace {

bool is_image_program(const UniqueFd& root, const std::string& path) {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  UniqueFd file(
      static_cast<int>(::syscall(SYS_openat2, root.get(), path.c_str(), &how, sizeof how)));
  struct stat status;
  if (!file.valid() || ::fstat(file.get(), &status) != 0) return false;
  return S_ISREG(status.st_mode) && (status.st_mode & S_IXOTH) != 0;
}

}  // namespace

std::string find_image_program(const UniqueFd& root, std::string_view path,
                               std::string_view program) {
  if (program.empty()) return "";
  if (program.find('/') != std::string_view::npos) {
    bool found = !program.starts_with('/') || is_image_program(root, std::string(program));
    return found ? std::string(program) : "";
  }
  while (!path.empty()) {
    std::string_view folder = path.substr(0, path.find(':'));
    path.remove_prefix(std::min(path.size(), folder.size() + 1));
    if (!folder.starts_with('/')) continue;
    while (folder.size() > 1 && folder.ends_with('/')) folder.remove_suffix(1);
    std::string candidate = fmt::format("{}/{}", folder == "/" ? "" : folder, program);
    if (is_image_program(root, candidate)) return candidate;
  }
  return "";
}

}  // namespace glovebox
