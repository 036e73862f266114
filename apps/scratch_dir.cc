#include "scratch_dir.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace glovebox {

Result<ScratchDir> ScratchDir::make() {
  std::error_code code;
  std::filesystem::path parent = std::filesystem::temp_directory_path(code);
  if (code) parent = "/tmp";
  std::string name = parent / "glovebox-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) return Error::from_errno("mkdtemp", name, errno);
  return ScratchDir(name);
}

ScratchDir::ScratchDir(ScratchDir&& other) noexcept : path_(std::exchange(other.path_, {})) {}

ScratchDir::~ScratchDir() {
  if (path_.empty()) return;
  std::error_code code;
  // Not remove_all() of the folder itself: it tries unlink(2) first. In a restricted process this
  // fails with an errno at which it does not continue.
  for (std::filesystem::directory_iterator child(path_, code), end; !code && child != end;
       child.increment(code)) {
    std::error_code ignored;
    std::filesystem::remove_all(child->path(), ignored);
  }
  ::rmdir(path_.c_str());
}

}  // namespace glovebox
