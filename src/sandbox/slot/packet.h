// Packets between server, launcher and slots: one SOCK_SEQPACKET message each (unix(7)), with up to
// kMaxPacketFds descriptors. Numbers have the machine's byte order: both ends are on this machine.
// A reader never trusts a length, because slots are exposed to hostile code.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

inline constexpr std::size_t kMaxPacketBytes = 192 << 10;
inline constexpr std::size_t kMaxPacketFds = 4;

class PacketWriter {
 public:
  void number(std::int64_t value) { bytes(&value, sizeof value); }
  void real(double value) { bytes(&value, sizeof value); }
  void text(std::string_view value) {
    number(static_cast<std::int64_t>(value.size()));
    bytes(value.data(), value.size());
  }
  void texts(const std::vector<std::string>& values) {
    number(static_cast<std::int64_t>(values.size()));
    for (const std::string& value : values) text(value);
  }
  const std::string& str() const { return buffer_; }

 private:
  void bytes(const void* data, std::size_t size) {
    buffer_.append(static_cast<const char*>(data), size);
  }
  std::string buffer_;
};

// Reading past the end returns zeros and empty texts, and makes ok() false: check it once, at the
// end.
class PacketReader {
 public:
  explicit PacketReader(std::string_view packet) : rest_(packet) {}

  std::int64_t number();
  double real();
  std::string text();
  std::vector<std::string> texts();
  // The packet was complete and nothing is left over.
  bool complete() const { return ok_ && rest_.empty(); }

 private:
  bool take(void* into, std::size_t size);
  std::string_view rest_;
  bool ok_ = true;
};

struct Packet {
  std::string bytes;
  std::vector<UniqueFd> fds;
  bool end = false;    // the peer is gone
  bool empty = false;  // no packet yet (non-blocking)
};

// Blocks while the peer's queue is full, for at most the socket's SO_SNDTIMEO.
Result<void> send_packet(int socket, std::string_view bytes, std::span<const int> fds = {});
// Does not wait: fails also if the peer has no room for it.
Result<void> send_packet_now(int socket, std::string_view bytes, std::span<const int> fds = {});
// Does not wait: returns false if the peer has no room for it, or is gone.
bool offer_packet(int socket, std::string_view bytes);
Result<Packet> receive_packet(int socket, bool blocking);

}  // namespace glovebox
