#include "stdin_pump.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <string_view>

#include "base/os.h"

namespace glovebox {
namespace {

// False if it is time to stop.
bool wait_for(int fd, short events, int stop) {
  pollfd waits[]{{fd, events, 0}, {stop, POLLIN, 0}};
  while (true) {
    int ready = ::poll(waits, 2, -1);
    if (ready < 0 && errno == EINTR) continue;
    return ready > 0 && waits[1].revents == 0;
  }
}

bool write_all(int fd, std::string_view bytes, int stop) {
  while (!bytes.empty()) {
    ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      if (!wait_for(fd, POLLOUT, stop)) return false;
    } else if (errno != EINTR) {
      return false;  // EPIPE: the job no longer reads
    }
  }
  return true;
}

void pump(int source, const UniqueFd& sink, int stop) {
  // With this, a closed reader is a return value and does not kill the process.
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  char piece[64 << 10];
  while (wait_for(source, POLLIN, stop)) {
    ssize_t n = ::read(source, piece, sizeof piece);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) return;
    if (!write_all(sink.get(), {piece, static_cast<std::size_t>(n)}, stop)) return;
  }
}

}  // namespace

Result<UniqueFd> StdinPump::start(int source) {
  GB_TRY(auto ends, os::pipe());
  GB_TRY(stop_, os::eventfd());
  auto [read_end, write_end] = std::move(ends);
  GB_TRY_VOID(os::check(::fcntl(write_end.get(), F_SETFL, O_NONBLOCK), "fcntl", "stdin pipe"));
  int stop = stop_.get();
  thread_ = std::thread([source, stop, sink = std::move(write_end)]() mutable {
    UniqueFd own = std::move(sink);
    pump(source, own, stop);
  });
  return std::move(read_end);
}

StdinPump::~StdinPump() {
  if (!thread_.joinable()) return;
  std::uint64_t one = 1;
  // An eventfd that counts to one cannot be full.
  static_cast<void>(!::write(stop_.get(), &one, sizeof one));
  thread_.join();
}

}  // namespace glovebox
