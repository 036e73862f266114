#include "execution/webhooks/webhook_signature.h"

#include <gtest/gtest.h>

#include <set>

namespace glovebox {
namespace {

constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

TEST(WebhookSignatureTest, IsThatOfTheSpecificationsExample) {
  EXPECT_EQ(sign_webhook({kSecret}, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                         R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignatureTest, TwoSecretsGiveTwoSignatures) {
  std::string other = new_webhook_secret();
  std::string both = sign_webhook({other, kSecret}, "msg_1", 1, "{}");
  EXPECT_EQ(both, sign_webhook({other}, "msg_1", 1, "{}") + " " +
                      sign_webhook({kSecret}, "msg_1", 1, "{}"));
}

TEST(WebhookSecretTest, IsNewEachTimeAndHas32Bytes) {
  std::set<std::string> made;
  for (int i = 0; i < 100; ++i) {
    std::string secret = new_webhook_secret();
    EXPECT_EQ(webhook_secret_key(secret).value().size(), 32u);
    made.insert(secret);
  }
  EXPECT_EQ(made.size(), 100u);
}

TEST(WebhookSecretTest, RefusesWhatIsNone) {
  for (const char* text :
       {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_dG9vIHNob3J0",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaL*Sw"}) {
    EXPECT_TRUE(webhook_secret_key(text).has_error()) << text;
  }
  EXPECT_TRUE(webhook_secret_key("whsec_" + std::string(4096, 'A')).has_error());
}

}  // namespace
}  // namespace glovebox
