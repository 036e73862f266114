#include "sandbox/slot/artifact_window.h"

#include <gtest/gtest.h>

#include "base/os.h"
#include "sandbox/sandbox.h"
#include "sandbox/slot/packet.h"
#include "sandbox/slot/slot_protocol.h"

namespace glovebox {
namespace {

class ArtifactWindowTest : public testing::Test {
 protected:
  std::pair<UniqueFd, UniqueFd> server_ = os::seqpacket_pair().value();  // {slot's end, server's}
  std::pair<UniqueFd, UniqueFd> lifeline_ = os::pipe().value();
  ArtifactWindow window_{server_.first, lifeline_.first};

  static constexpr std::int64_t kLarge = 1 << 20;
  void fill() {
    for (std::size_t i = 0; i < kArtifactWindow; ++i) ASSERT_TRUE(window_.open(kLarge).has_value());
  }
  void say_took(std::size_t count) {
    ASSERT_TRUE(send_packet(server_.second.get(), encode(TookPacket{count})).has_value());
  }
};

TEST_F(ArtifactWindowTest, AllowsAsManyAsItsSizeAndThenAsManyAsAreTaken) {
  fill();
  say_took(2);
  EXPECT_TRUE(window_.open(1).has_value());
  EXPECT_TRUE(window_.open(1).has_value());
  say_took(kArtifactWindow - 1);
  say_took(1);
  EXPECT_TRUE(window_.settle().has_value());
  server_.second.reset();
  EXPECT_TRUE(window_.settle().has_value()) << "nothing is left to wait for";
}

TEST_F(ArtifactWindowTest, DoesNotWaitForAFewSmallFiles) {
  ASSERT_TRUE(window_.open(1000).has_value());
  server_.second.reset();
  EXPECT_TRUE(window_.settle().has_value());
  ASSERT_TRUE(window_.open(kLarge).has_value());
  EXPECT_TRUE(window_.settle().has_error()) << "the server is gone, and would be waited for";
}

TEST_F(ArtifactWindowTest, IgnoresALateKill) {
  fill();
  ASSERT_TRUE(send_packet(server_.second.get(), encode(KillPacket{})).has_value());
  say_took(1);
  EXPECT_TRUE(window_.open(1).has_value());
}

TEST_F(ArtifactWindowTest, EndsWithTheServerAndWithTheLauncher) {
  fill();
  server_.second.reset();
  EXPECT_TRUE(window_.open(1).has_error());
  server_ = os::seqpacket_pair().value();
  lifeline_.second.reset();
  EXPECT_TRUE(window_.settle().has_error());
}

TEST_F(ArtifactWindowTest, RefusesMoreConfirmationsThanWereSent) {
  fill();
  say_took(kArtifactWindow + 1);
  EXPECT_TRUE(window_.open(1).has_error());
}

}  // namespace
}  // namespace glovebox
