#include "execution/jobs/stdin_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/os.h"

namespace glovebox {

Result<UniqueFd> make_stdin_file(std::string_view text) {
  if (text.empty()) return UniqueFd();
  UniqueFd fd(::memfd_create("stdin", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  GB_TRY_VOID(os::check(fd.get(), "memfd_create", "standard input"));
  GB_TRY_VOID(os::write_fd(fd.get(), text, "standard input"));
  GB_TRY_VOID(os::check(::lseek(fd.get(), 0, SEEK_SET), "lseek", "standard input"));
  constexpr int kSeals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
  GB_TRY_VOID(os::check(::fcntl(fd.get(), F_ADD_SEALS, kSeals), "fcntl", "seals"));
  return fd;
}

}  // namespace glovebox
