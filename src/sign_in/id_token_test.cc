#include "sign_in/id_token.h"

#include <gtest/gtest.h>

#include "sign_in/signed_tokens.h"
#include "sign_in/web_text.h"

namespace glovebox {
namespace {

namespace json = boost::json;

using Kind = SigningKey::Kind;

constexpr std::int64_t kNow = 1'770'000'000;

json::object good_claims() {
  return {{"iss", "https://id.example"},
          {"aud", "glovebox"},
          {"sub", "248289761001"},
          {"nonce", "n-0S6_WzA2Mj"},
          {"exp", kNow + 300},
          {"iat", kNow},
          {"name", "Anna"},
          {"preferred_username", "anna"}};
}

std::string checked(const json::object& claims) {
  IdTokenRules rules{"https://id.example", "glovebox", "n-0S6_WzA2Mj",
                     WallTime(std::chrono::seconds(kNow))};
  Result<Person> person = check_claims(claims, rules);
  return person ? person->subject + " " + person->name : person.error().message();
}

bool refused(const char* name, json::value value) {
  json::object claims = good_claims();
  claims[name] = std::move(value);
  return checked(claims).find("The sign-in failed") == 0;
}

TEST(IdTokenTest, BothAlgorithmsAreVerified) {
  for (Kind kind : {Kind::kRsa, Kind::kP256}) {
    SigningKey key(kind, "k1");
    ProviderKeys keys = ProviderKeys::parse(key.set()).value();
    Result<json::object> claims = keys.verify(key.sign(good_claims()));
    ASSERT_TRUE(claims) << claims.error().message();
    EXPECT_EQ(claims->at("sub"), "248289761001");
    EXPECT_EQ(checked(*claims), "248289761001 anna");
  }
}

TEST(IdTokenTest, OtherKeysAndChangedTokensAreRefused) {
  SigningKey key(Kind::kRsa, "k1");
  SigningKey forger(Kind::kRsa, "k1");
  SigningKey later(Kind::kRsa, "k2");
  ProviderKeys keys = ProviderKeys::parse(key.set()).value();
  EXPECT_EQ(keys.verify(forger.sign(good_claims())).error().kind(), ErrorKind::kAuthentication);
  EXPECT_EQ(keys.verify(later.sign(good_claims())).error().kind(), ErrorKind::kNotFound);
  std::string token = key.sign(good_claims());
  std::size_t first = token.find('.');
  std::size_t second = token.rfind('.');
  json::object other = good_claims();
  other["sub"] = "root";
  std::string changed =
      token.substr(0, first + 1) + base64url(json::serialize(other)) + token.substr(second);
  EXPECT_TRUE(keys.verify(changed).has_error());
  for (const std::string& text :
       {std::string(), std::string("a.b.c"), token.substr(0, second), token.substr(0, second + 1),
        token + "x", token + ".x", std::string(kMaxIdTokenBytes + 1, 'a')}) {
    EXPECT_TRUE(keys.verify(text).has_error()) << text.substr(0, 40);
  }
}

// The classic holes of JWT libraries.
TEST(IdTokenTest, TheTokenDoesNotChooseHowItIsChecked) {
  SigningKey rsa(Kind::kRsa, "k1");
  ProviderKeys keys = ProviderKeys::parse(rsa.set()).value();
  std::string claims = base64url(json::serialize(good_claims()));
  for (const char* header :
       {R"({"alg":"none","kid":"k1"})", R"({"alg":"None"})", R"({"alg":"HS256","kid":"k1"})",
        R"({"alg":"ES256","kid":"k1"})", R"({"alg":"RS384","kid":"k1"})", R"({"kid":"k1"})"}) {
    for (const char* signature : {"", "AAAA"}) {
      std::string token = base64url(header) + "." + claims + "." + signature;
      EXPECT_TRUE(keys.verify(token).has_error()) << header;
    }
  }
  // The public key as a secret.
  std::string head = base64url(R"({"alg":"HS256","kid":"k1"})") + "." + claims;
  std::string secret = rsa.set();
  EXPECT_TRUE(keys.verify(head + "." + base64url(hmac_sha256(secret, head))).has_error());
  SigningKey symmetric(Kind::kSecret, "k1");
  EXPECT_TRUE(keys.verify(symmetric.sign(good_claims())).has_error());
}

TEST(IdTokenTest, WithoutAKeyIdThereMustBeOneKey) {
  SigningKey one(Kind::kRsa, "");
  EXPECT_TRUE(ProviderKeys::parse(one.set()).value().verify(one.sign(good_claims())));
  SigningKey two(Kind::kRsa, "k2");
  json::object set;
  set["keys"] = json::array{one.public_json(), two.public_json()};
  ProviderKeys keys = ProviderKeys::parse(json::serialize(set)).value();
  EXPECT_TRUE(keys.verify(one.sign(good_claims())).has_error());
  EXPECT_TRUE(keys.verify(two.sign(good_claims())));
}

TEST(IdTokenTest, KeysForOtherUsesAreLeftOutAndTheirNumberIsBounded) {
  SigningKey key(Kind::kRsa, "k1");
  json::object encrypting = key.public_json();
  encrypting["use"] = "enc";
  json::object set;
  set["keys"] = json::array{encrypting, 7, json::object{{"kty", "oct"}, {"k", "c2VjcmV0"}}};
  EXPECT_TRUE(ProviderKeys::parse(json::serialize(set)).value().empty());
  set["keys"] = json::array(ProviderKeys::kMostKeys);
  EXPECT_TRUE(ProviderKeys::parse(json::serialize(set)));
  set["keys"] = json::array(ProviderKeys::kMostKeys + 1);
  EXPECT_TRUE(ProviderKeys::parse(json::serialize(set)).has_error());
  EXPECT_TRUE(ProviderKeys::parse("[]").has_error());
  EXPECT_TRUE(ProviderKeys::parse("{\"keys\": 1}").has_error());
}

TEST(IdTokenTest, EveryClaimIsChecked) {
  EXPECT_EQ(checked(good_claims()), "248289761001 anna");
  EXPECT_TRUE(refused("iss", "https://id.example/"));
  EXPECT_TRUE(refused("iss", nullptr));
  EXPECT_TRUE(refused("aud", "another"));
  EXPECT_TRUE(refused("aud", json::array{"another"}));
  EXPECT_TRUE(refused("aud", json::array{"glovebox", "another"})) << "without azp";
  EXPECT_TRUE(refused("azp", "another"));
  EXPECT_TRUE(refused("exp", kNow - kClockSkew.count()));
  EXPECT_TRUE(refused("exp", "soon"));
  EXPECT_TRUE(refused("iat", kNow + kClockSkew.count() + 1));
  EXPECT_TRUE(refused("iat", nullptr));
  EXPECT_TRUE(refused("nbf", kNow + kClockSkew.count() + 1));
  EXPECT_TRUE(refused("nonce", "another"));
  EXPECT_TRUE(refused("nonce", ""));
  EXPECT_TRUE(refused("sub", ""));
  EXPECT_TRUE(refused("sub", "a b"));
  EXPECT_TRUE(refused("sub", "\xc3\xa4"));
  EXPECT_TRUE(refused("sub", json::string(256, 'a')));
  EXPECT_FALSE(refused("sub", json::string(255, 'a')));
  EXPECT_FALSE(refused("exp", kNow - kClockSkew.count() + 1)) << "clocks differ";
  EXPECT_FALSE(refused("aud", json::array{"glovebox"}));
  EXPECT_FALSE(refused("azp", "glovebox"));
}

}  // namespace
}  // namespace glovebox
