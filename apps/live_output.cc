#include "live_output.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace glovebox {

void LiveOutput::write(OutputStream stream, std::string_view bytes) {
  int fd = stream == OutputStream::kStdout ? STDOUT_FILENO : STDERR_FILENO;
  while (!closed_ && !bytes.empty()) {
    ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      // Another process made our terminal non-blocking.
      pollfd writable{fd, POLLOUT, 0};
      ::poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      closed_ = true;
      on_closed_();
    }
  }
}

}  // namespace glovebox
