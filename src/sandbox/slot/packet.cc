#include "sandbox/slot/packet.h"

#include <sys/socket.h>

#include <cerrno>
#include <memory>

#include "base/os.h"

namespace glovebox {

bool PacketReader::take(void* into, std::size_t size) {
  if (!ok_ || rest_.size() < size) {
    ok_ = false;
    return false;
  }
  std::memcpy(into, rest_.data(), size);
  rest_.remove_prefix(size);
  return true;
}

std::int64_t PacketReader::number() {
  std::int64_t value = 0;
  take(&value, sizeof value);
  return value;
}

double PacketReader::real() {
  double value = 0;
  take(&value, sizeof value);
  return value;
}

std::string PacketReader::text() {
  std::int64_t size = number();
  if (!ok_ || size < 0 || static_cast<std::uint64_t>(size) > rest_.size()) {
    ok_ = false;
    return {};
  }
  std::string value(rest_.substr(0, static_cast<std::size_t>(size)));
  rest_.remove_prefix(value.size());
  return value;
}

std::vector<std::string> PacketReader::texts() {
  std::int64_t count = number();
  // Each text needs at least its length field, which bounds the count before memory is allocated.
  if (!ok_ || count < 0 ||
      static_cast<std::uint64_t>(count) > rest_.size() / sizeof(std::int64_t)) {
    ok_ = false;
    return {};
  }
  std::vector<std::string> values;
  values.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count && ok_; ++i) values.push_back(text());
  return values;
}

namespace {

Result<void> send_with(int flags, int socket, std::string_view bytes, std::span<const int> fds) {
  if (bytes.size() > kMaxPacketBytes || fds.size() > kMaxPacketFds) {
    return internal_error("packet over its bound");
  }
  iovec data{const_cast<char*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kMaxPacketFds)] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  if (!fds.empty()) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(sizeof(int) * fds.size());
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * fds.size());
    std::memcpy(CMSG_DATA(header), fds.data(), sizeof(int) * fds.size());
  }
  ssize_t sent;
  do {
    sent = ::sendmsg(socket, &message, MSG_NOSIGNAL | flags);
  } while (sent < 0 && errno == EINTR);
  return os::check(sent, "sendmsg", "");
}

}  // namespace

Result<void> send_packet(int socket, std::string_view bytes, std::span<const int> fds) {
  return send_with(0, socket, bytes, fds);
}

Result<void> send_packet_now(int socket, std::string_view bytes, std::span<const int> fds) {
  return send_with(MSG_DONTWAIT, socket, bytes, fds);
}

bool offer_packet(int socket, std::string_view bytes) {
  iovec data{const_cast<char*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  return ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0;
}

namespace {

void take_descriptors(msghdr& message, std::vector<UniqueFd>& fds) {
  for (cmsghdr* h = CMSG_FIRSTHDR(&message); h != nullptr; h = CMSG_NXTHDR(&message, h)) {
    if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS) continue;
    std::size_t count = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd;
      std::memcpy(&fd, CMSG_DATA(h) + i * sizeof(int), sizeof fd);
      fds.emplace_back(fd);
    }
  }
}

}  // namespace

Result<Packet> receive_packet(int socket, bool blocking) {
  // Packets are small but their bound is not: the large buffer is allocated once, by threads that
  // receive packets. As a plain thread-local array it would use memory in every thread and be
  // written at its start.
  thread_local std::unique_ptr<char[]> buffer;
  if (!buffer) buffer = std::make_unique_for_overwrite<char[]>(kMaxPacketBytes);
  Packet packet;
  iovec data{buffer.get(), kMaxPacketBytes};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kMaxPacketFds)];
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t received;
  do {
    received = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC | (blocking ? 0 : MSG_DONTWAIT));
  } while (received < 0 && errno == EINTR);
  if (received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    packet.empty = true;
    return packet;
  }
  // If the peer died with unread packets, the result is a reset: it is treated as its end.
  if (received < 0 && errno == ECONNRESET) received = 0;
  GB_TRY_VOID(os::check(received, "recvmsg", ""));
  take_descriptors(message, packet.fds);
  packet.bytes.assign(buffer.get(), static_cast<std::size_t>(received));
  packet.end = received == 0;
  if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) return internal_error("packet over its bound");
  return packet;
}

}  // namespace glovebox
