#include "http/policy/key_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run_loop.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const std::string kKey = "gbx_0123456789ABCDEFabcdef";
const std::string kOtherKey = "gbx_zzzzzzzzzzzzzzzzzzzzzz";
const ClientId kAddress("ip:192.0.2.7");

RequestHead head_of(std::vector<HeaderField> fields) {
  RequestHead head;
  head.fields = std::move(fields);
  return head;
}

class KeyGateTest : public testing::Test {
 protected:
  KeyGateTest() {
    add("ci", kKey, std::nullopt);
    add("old", kOtherKey, WallTime(1s));
  }
  void add(const std::string& name, const std::string& text, std::optional<WallTime> expires) {
    ApiKey key;
    key.name = name;
    key.sha256 = hash_of_key(text);
    key.expires_at = expires;
    ASSERT_TRUE(keys_.add(key));
  }
  Result<KeyGate::Holder> admit(std::vector<HeaderField> fields) {
    return gate_.admit(head_of(std::move(fields)), kAddress);
  }
  std::string reason_for(std::vector<HeaderField> fields) {
    auto admitted = admit(std::move(fields));
    if (admitted) return "admitted";
    EXPECT_EQ(admitted.error().kind(), ErrorKind::kAuthentication);
    EXPECT_THAT(admitted.error().message(), Not(HasSubstr("gbx_")));
    return std::string(admitted.error().details().at("reason").as_string());
  }
  ApiKeys keys_;
  KeyGate gate_{&keys_};
};

TEST_F(KeyGateTest, AKeyInEitherFieldIdentifiesTheClient) {
  for (HeaderField field :
       {HeaderField{"Authorization", "Bearer " + kKey},
        HeaderField{"authorization", "bEARER  " + kKey}, HeaderField{"X-API-Key", kKey},
        HeaderField{"x-api-key", " " + kKey + " "}}) {
    auto holder = admit({field});
    ASSERT_TRUE(holder) << field.value;
    EXPECT_EQ(holder->client, ClientId("key:ci"));
    EXPECT_TRUE(gate_.still_admits(holder->key_hash));
  }
}

TEST_F(KeyGateTest, AnotherSchemeIsIgnored) {
  EXPECT_EQ(reason_for({{"Authorization", "Basic " + kKey}}), "missing");
  EXPECT_EQ(reason_for({{"Authorization", "Bearer\t" + kKey}}), "missing");
  EXPECT_EQ(reason_for({{"Authorization", "BearerX " + kKey}}), "missing");
  EXPECT_EQ(reason_for({{"Authorization", ""}}), "missing");
  EXPECT_EQ(reason_for({{"Authorization", "Basic x"}, {"X-API-Key", kKey}}), "admitted");
}

TEST_F(KeyGateTest, AnythingButOneValidKeyIsRefused) {
  EXPECT_EQ(reason_for({}), "missing");
  EXPECT_EQ(reason_for({{"X-API-Key", kKey}, {"X-API-Key", kKey}}), "several");
  EXPECT_EQ(reason_for({{"X-API-Key", kKey}, {"Authorization", "Bearer " + kKey}}), "several");
  EXPECT_EQ(reason_for({{"X-API-Key", kKey + ", " + kKey}}), "wrong");
  EXPECT_EQ(reason_for({{"X-API-Key", ""}}), "wrong");
  EXPECT_EQ(reason_for({{"Authorization", "Bearer"}}), "wrong");
  EXPECT_EQ(reason_for({{"Authorization", "Bearer " + kKey + "A"}}), "wrong");
  EXPECT_EQ(reason_for({{"Authorization", "Bearer " + kKey.substr(0, 25)}}), "wrong");
  EXPECT_EQ(reason_for({{"Authorization", "Bearer GBX_" + kKey.substr(4)}}), "wrong");
  EXPECT_EQ(reason_for({{"Authorization", "Bearer " + hash_of_key(kKey)}}), "wrong");
  EXPECT_EQ(reason_for({{"Authorization", "Bearer " + std::string(15'000, 'a')}}), "wrong");
  EXPECT_EQ(reason_for({{"Authorization", "Bearer \xff\xfe\x80" + kKey}}), "wrong");
  EXPECT_EQ(reason_for({{"Authorization", "Bearer " + kOtherKey}}), "expired");
}

TEST_F(KeyGateTest, AKeyOfAnotherFormIsNotLookedUp) {
  add("weak", "password", std::nullopt);
  EXPECT_EQ(reason_for({{"X-API-Key", "password"}}), "wrong");
}

TEST_F(KeyGateTest, ARemovedOrExpiredKeyIsNoLongerAccepted) {
  EXPECT_TRUE(gate_.still_admits(hash_of_key(kKey)));
  EXPECT_FALSE(gate_.still_admits(hash_of_key(kOtherKey)));
  keys_ = ApiKeys();
  EXPECT_FALSE(gate_.still_admits(hash_of_key(kKey)));
  EXPECT_EQ(reason_for({{"X-API-Key", kKey}}), "wrong");
}

TEST_F(KeyGateTest, TooManyWrongKeysAreRefusedAndAValidOneIsStillAccepted) {
  for (std::size_t i = 0; i < WrongKeys::kMost; ++i) {
    EXPECT_EQ(reason_for({{"X-API-Key", "wrong"}}), "wrong");
  }
  auto refused = admit({{"X-API-Key", "wrong"}});
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().kind(), ErrorKind::kRateLimit);
  EXPECT_TRUE(refused.error().retry_after());
  EXPECT_TRUE(admit({{"X-API-Key", kKey}}));
  EXPECT_EQ(reason_for({}), "missing");
  RequestHead wrong = head_of({{"X-API-Key", "wrong"}});
  auto elsewhere = gate_.admit(wrong, ClientId("ip:192.0.2.8"));
  EXPECT_EQ(elsewhere.error().kind(), ErrorKind::kAuthentication);
}

class EndlessStream final : public BodyStream {
 public:
  explicit EndlessStream(bool& stopped) : stopped_(stopped) {}
  Awaitable<std::optional<std::string>> next() override { co_return "more"; }
  void stop() override { stopped_ = true; }

 private:
  bool& stopped_;
};

TEST_F(KeyGateTest, AStreamEndsWithItsKey) {
  boost::asio::io_context loop;
  bool stopped = false;
  auto stream = until_refused(std::make_unique<EndlessStream>(stopped),
                              [this] { return gate_.still_admits(hash_of_key(kKey)); });
  EXPECT_EQ(await(loop, stream->next()), "more");
  EXPECT_EQ(await(loop, stream->next()), "more");
  stream->stop();
  EXPECT_TRUE(stopped);
  keys_ = ApiKeys();
  EXPECT_EQ(await(loop, stream->next()), std::nullopt);
}

TEST(WrongKeysTest, TheWindowExpiresAndTheWaitIsReported) {
  WrongKeys wrong;
  SteadyTime start{};
  for (std::size_t i = 0; i < WrongKeys::kMost; ++i) ASSERT_TRUE(wrong.count(kAddress, start));
  auto refused = wrong.count(kAddress, start + 500ms);
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().retry_after(), 60s);
  EXPECT_EQ(wrong.count(kAddress, start + 60s - 1ms).error().retry_after(), 1s);
  EXPECT_TRUE(wrong.count(kAddress, start + 60s));
}

TEST(WrongKeysTest, TheAddressesAreBoundedAndTheOldestIsRemoved) {
  WrongKeys wrong;
  SteadyTime start{};
  ClientId second("ip:second");
  for (std::size_t i = 0; i < WrongKeys::kMost; ++i) {
    ASSERT_TRUE(wrong.count(kAddress, start));
    ASSERT_TRUE(wrong.count(second, start));
  }
  for (std::size_t i = 0; i + 2 < WrongKeys::kMostAddresses; ++i) {
    ASSERT_TRUE(wrong.count(ClientId("ip:" + std::to_string(i)), start + 1s));
  }
  EXPECT_EQ(wrong.addresses(), WrongKeys::kMostAddresses);
  EXPECT_TRUE(wrong.count(kAddress, start + 1s).has_error());
  ASSERT_TRUE(wrong.count(ClientId("ip:one-more"), start + 1s));
  EXPECT_EQ(wrong.addresses(), WrongKeys::kMostAddresses);
  EXPECT_TRUE(wrong.count(second, start + 1s).has_error());
  EXPECT_TRUE(wrong.count(kAddress, start + 1s));
}

}  // namespace
}  // namespace glovebox
