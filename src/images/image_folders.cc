#include "images/image_folders.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/os.h"

namespace glovebox {

std::filesystem::path ImageFolders::info(std::string_view folder) const {
  return infos() / fmt::format("{}.json", folder);
}

std::filesystem::path ImageFolders::name(std::string_view name) const {
  return names() / fmt::format("{}.json", name);
}

Result<void> ImageFolders::make() const {
  std::error_code code;
  std::filesystem::create_directories(dir_, code);
  Result<void> made = ok();
  if (code) made = Error::from_errno("mkdir", dir_.native(), code.value());
  // A server may run as another user than the one who pulls, and its jobs as others.
  for (const auto& [folder, mode] :
       {std::pair(roots(), 0755U), std::pair(infos(), 0755U), std::pair(dir_ / "uses", 0755U),
        std::pair(names(), 0755U), std::pair(work(), 0700U)}) {
    if (made.has_value()) made = os::ensure_dir(folder, mode);
  }
  if (made.has_value()) return made;
  return Error(ErrorKind::kUser,
               fmt::format("cannot use the folder of images {}: {}; choose another one with "
                           "--images-dir",
                           dir_.native(), made.error().message()));
}

bool ImageFolders::exist() const {
  std::error_code code;
  return std::filesystem::is_directory(roots(), code);
}

Result<UniqueFd> ImageFolders::lock() const {
  std::string path = dir_ / "lock";
  GB_TRY(UniqueFd file, os::open(path, O_RDWR | O_CREAT, 0600));
  while (::flock(file.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return Error::from_errno("flock", path, errno);
  }
  return file;
}

Result<bool> try_flock(const UniqueFd& file, int operation) {
  if (::flock(file.get(), operation | LOCK_NB) == 0) return true;
  if (errno == EWOULDBLOCK) return false;
  return Error::from_errno("flock", "", errno);
}

bool is_same_file(const UniqueFd& file, const std::filesystem::path& path) {
  struct stat open_one, named;
  return ::fstat(file.get(), &open_one) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open_one.st_dev == named.st_dev && open_one.st_ino == named.st_ino;
}

}  // namespace glovebox
