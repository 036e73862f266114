#include "sandbox/slot/packet.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <limits>

#include "base/os.h"

namespace glovebox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string numbers(std::initializer_list<std::int64_t> values) {
  PacketWriter w;
  for (std::int64_t value : values) w.number(value);
  return w.str();
}

bool same_file(int a, int b) {
  struct stat first, second;
  return ::fstat(a, &first) == 0 && ::fstat(b, &second) == 0 && first.st_ino == second.st_ino &&
         first.st_dev == second.st_dev;
}

class PacketTest : public testing::Test {
 protected:
  std::pair<UniqueFd, UniqueFd> pair_ = os::seqpacket_pair().value();
  int sender() const { return pair_.first.get(); }
  int receiver() const { return pair_.second.get(); }

  // Bypasses send_packet(), which would refuse it.
  void send_raw(std::string_view bytes, const std::vector<int>& fds) const {
    std::vector<char> control(CMSG_SPACE(sizeof(int) * fds.size()));
    iovec data{const_cast<char*>(bytes.data()), bytes.size()};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    if (!fds.empty()) {
      message.msg_control = control.data();
      message.msg_controllen = control.size();
      cmsghdr* header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(sizeof(int) * fds.size());
      std::memcpy(CMSG_DATA(header), fds.data(), sizeof(int) * fds.size());
    }
    ASSERT_EQ(::sendmsg(sender(), &message, 0), static_cast<ssize_t>(bytes.size()));
  }
};

TEST_F(PacketTest, ReadsBackWhatWasWritten) {
  PacketWriter w;
  w.number(std::numeric_limits<std::int64_t>::min());
  w.real(0.1);
  w.text(std::string_view("a\0b", 3));
  w.texts({"", "one", "two"});
  w.texts({});
  PacketReader r(w.str());
  EXPECT_EQ(r.number(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(r.real(), 0.1);
  EXPECT_EQ(r.text(), std::string_view("a\0b", 3));
  EXPECT_THAT(r.texts(), ElementsAre("", "one", "two"));
  EXPECT_THAT(r.texts(), IsEmpty());
  EXPECT_TRUE(r.complete());
}

TEST_F(PacketTest, IsIncompleteIfBytesAreLeftOver) {
  std::string bytes = numbers({1}) + "x";
  PacketReader r(bytes);
  EXPECT_EQ(r.number(), 1);
  EXPECT_FALSE(r.complete());
}

TEST_F(PacketTest, IsIncompleteWhenTruncatedAtAnyByte) {
  PacketWriter w;
  w.number(7);
  w.text("text");
  w.texts({"a", "bc"});
  w.real(1.5);
  for (std::size_t size = 0; size < w.str().size(); ++size) {
    PacketReader r(std::string_view(w.str()).substr(0, size));
    r.number(), r.text(), r.texts(), r.real();
    EXPECT_FALSE(r.complete()) << size;
  }
}

TEST_F(PacketTest, StaysBrokenAfterTheFirstMissingByte) {
  PacketReader r("short");
  EXPECT_EQ(r.number(), 0);
  EXPECT_EQ(r.real(), 0);
  EXPECT_EQ(r.text(), "");
  EXPECT_THAT(r.texts(), IsEmpty());
  EXPECT_FALSE(r.complete());
}

TEST_F(PacketTest, TrustsNoLength) {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  for (std::int64_t lie : {std::int64_t(-1), std::int64_t(6), kMax, -kMax - 1}) {
    std::string text = numbers({lie}) + "hello";
    PacketReader r(text);
    EXPECT_EQ(r.text(), "") << lie;
    EXPECT_FALSE(r.complete()) << lie;
  }
}

// A count does not cause an allocation: it may claim 2^63 strings.
TEST_F(PacketTest, TrustsNoCount) {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  for (std::int64_t lie : {std::int64_t(-1), std::int64_t(3), kMax, kMax / 8, -kMax - 1}) {
    std::string bytes = numbers({lie, 0, 0});
    PacketReader r(bytes);
    EXPECT_THAT(r.texts(), IsEmpty()) << lie;
    EXPECT_FALSE(r.complete()) << lie;
  }
  std::string honest = numbers({2, 0, 0});
  PacketReader r(honest);
  EXPECT_THAT(r.texts(), ElementsAre("", ""));
  EXPECT_TRUE(r.complete());
}

TEST_F(PacketTest, CarriesBytesAndDescriptors) {
  auto pipe = os::pipe().value();
  int fds[] = {pipe.first.get(), pipe.second.get()};
  ASSERT_TRUE(send_packet(sender(), "hello", fds).has_value());
  ASSERT_TRUE(send_packet(sender(), "again").has_value());
  Packet packet = receive_packet(receiver(), true).value();
  EXPECT_EQ(packet.bytes, "hello");
  EXPECT_FALSE(packet.end);
  EXPECT_FALSE(packet.empty);
  ASSERT_EQ(packet.fds.size(), 2u);
  EXPECT_TRUE(same_file(packet.fds[0].get(), pipe.first.get()));
  EXPECT_NE(packet.fds[0].get(), pipe.first.get());
  for (const UniqueFd& fd : packet.fds) EXPECT_EQ(::fcntl(fd.get(), F_GETFD), FD_CLOEXEC);
  Packet second = receive_packet(receiver(), true).value();
  EXPECT_EQ(second.bytes, "again");
  EXPECT_THAT(second.fds, IsEmpty());
}

TEST_F(PacketTest, DistinguishesNoPacketFromTheEnd) {
  Packet nothing = receive_packet(receiver(), false).value();
  EXPECT_TRUE(nothing.empty);
  EXPECT_FALSE(nothing.end);
  pair_.first.reset();
  Packet end = receive_packet(receiver(), false).value();
  EXPECT_TRUE(end.end);
  EXPECT_FALSE(end.empty);
}

TEST_F(PacketTest, TreatsAPeerThatDiedWithUnreadPacketsAsItsEnd) {
  ASSERT_TRUE(send_packet(receiver(), "never read").has_value());
  pair_.first.reset();
  EXPECT_TRUE(receive_packet(receiver(), true).value().end);
}

TEST_F(PacketTest, SendingToAClosedPeerFailsWithoutASignal) {
  pair_.second.reset();
  EXPECT_EQ(send_packet(sender(), "hello").error().errno_value(), EPIPE);
}

TEST_F(PacketTest, BoundsTheBytesOfAPacket) {
  std::string largest(kMaxPacketBytes, 'x');
  ASSERT_TRUE(send_packet(sender(), largest).has_value());
  EXPECT_EQ(receive_packet(receiver(), true).value().bytes, largest);
  EXPECT_THAT(send_packet(sender(), largest + "x").error().message(), HasSubstr("bound"));
  send_raw(largest + "x", {});
  EXPECT_TRUE(receive_packet(receiver(), true).has_error());
}

TEST_F(PacketTest, BoundsTheDescriptorsOfAPacket) {
  std::array<int, kMaxPacketFds + 1> fds;
  fds.fill(sender());
  std::span<const int> all(fds);
  ASSERT_TRUE(send_packet(sender(), "most", all.first(kMaxPacketFds)).has_value());
  EXPECT_EQ(receive_packet(receiver(), true).value().fds.size(), kMaxPacketFds);
  EXPECT_THAT(send_packet(sender(), "more", all).error().message(), HasSubstr("bound"));
}

// Descriptors received before the bound must not stay open.
TEST_F(PacketTest, ClosesDescriptorsOfAPacketOverTheBound) {
  auto pipe = os::pipe().value();
  send_raw("more", std::vector<int>(kMaxPacketFds + 3, pipe.second.get()));
  EXPECT_TRUE(receive_packet(receiver(), true).has_error());
  pipe.second.reset();
  ASSERT_EQ(::fcntl(pipe.first.get(), F_SETFL, O_NONBLOCK), 0);
  char byte;
  EXPECT_EQ(::read(pipe.first.get(), &byte, 1), 0) << "a writing end is still open";
}

}  // namespace
}  // namespace glovebox
