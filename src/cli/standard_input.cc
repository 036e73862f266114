#include "cli/standard_input.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "base/os.h"

namespace glovebox {

Result<std::string> read_standard_input() {
  std::string text;
  if (::isatty(STDIN_FILENO) == 1) return text;
  char piece[16 << 10];
  while (true) {
    ssize_t n = ::read(STDIN_FILENO, piece, sizeof piece);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EBADF) return text;
    GB_TRY_VOID(os::check(n, "read", "standard input"));
    if (n == 0) return text;
    text.append(piece, static_cast<std::size_t>(n));
    if (text.size() > kMaxStandardInput.bytes()) {
      return Error(ErrorKind::kUser,
                   fmt::format("standard input is longer than {}, the limit of a run",
                               format_bytes(kMaxStandardInput)));
    }
  }
}

}  // namespace glovebox
