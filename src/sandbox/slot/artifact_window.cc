#include "sandbox/slot/artifact_window.h"

#include <poll.h>

#include <array>
#include <cerrno>

#include "sandbox/sandbox.h"
#include "sandbox/slot/packet.h"
#include "sandbox/slot/slot_protocol.h"

namespace glovebox {
namespace {

// A server that does not finish one artifact in this time has stopped.
constexpr std::chrono::seconds kTookPatience{60};
constexpr std::int64_t kSlowestBytesPerSecond = 1 << 20;
// What may still be charged to the leaf when the next job's base is recorded.
constexpr std::int64_t kSmallBytes = 64 << 10;

}  // namespace

Result<void> ArtifactWindow::open(std::int64_t size_bytes) {
  if (untaken_ >= kArtifactWindow) GB_TRY_VOID(await_some());
  ++untaken_;
  untaken_bytes_ += size_bytes;
  return ok();
}

Result<void> ArtifactWindow::settle() {
  while (untaken_ > 0 && untaken_bytes_ > kSmallBytes) GB_TRY_VOID(await_some());
  return ok();
}

Result<void> ArtifactWindow::await_some() {
  auto patience = kTookPatience + std::chrono::seconds(untaken_bytes_ / kSlowestBytesPerSecond);
  auto deadline = std::chrono::steady_clock::now() + patience;
  std::array<pollfd, 2> fds{pollfd{server_.get(), POLLIN, 0}, {lifeline_.get(), POLLIN, 0}};
  for (;;) {
    auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return internal_error("the server does not receive the job's files");
    // At most one day at a time, which fits into an int.
    auto most = std::chrono::milliseconds(std::chrono::hours(24));
    int ready = ::poll(fds.data(), fds.size(), static_cast<int>(std::min(left, most).count()));
    if (ready < 0 && errno != EINTR) return Error::from_errno("poll", "", errno);
    if (fds[1].revents != 0) return internal_error("the launcher is gone");
    if (ready <= 0) continue;
    GB_TRY(Packet packet, receive_packet(server_.get(), false));
    if (packet.end) return internal_error("the server is gone");
    if (packet.empty) continue;
    GB_TRY(ToSlot message, decode_to_slot(packet.bytes));
    auto* took = std::get_if<TookPacket>(&message);
    if (took == nullptr) continue;  // a Kill packet that came after its job's end
    if (took->count > untaken_)
      return internal_error("the server confirmed more files than were sent");
    untaken_ -= took->count;
    if (untaken_ == 0) untaken_bytes_ = 0;
    if (took->count > 0) return ok();
  }
}

}  // namespace glovebox
