#include "sign_in/sign_in.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/json/serialize.hpp>
#include <functional>

#include "manual_clock.h"
#include "run_loop.h"
#include "sign_in/signed_tokens.h"
#include "sign_in/web_text.h"

namespace glovebox {
namespace {

namespace json = boost::json;

constexpr const char* kIssuer = "https://id.example";
constexpr const char* kCallback = "https://glovebox.example/auth/callback";

// A provider in memory, behind the sender's interface.
class FakeOutbound final : public Outbound {
 public:
  Awaitable<Result<OutboundAnswer>> send(OutboundRequest request) override {
    requests.push_back(request);
    OutboundAnswer answer;
    answer.status = 200;
    answer.body = respond(request, answer.status);
    if (answer.status == 0) co_return Error(ErrorKind::kUser, "connection refused");
    co_return answer;
  }
  std::string outage() const override { return {}; }
  std::function<std::string(const OutboundRequest&, int& status)> respond;
  std::vector<OutboundRequest> requests;
};

std::string query_of(const std::string& url, const std::string& name) {
  std::size_t at = url.find(name + "=");
  if (at == std::string::npos) return {};
  at += name.size() + 1;
  return url.substr(at, url.find('&', at) - at);
}

class SignInTest : public testing::Test {
 protected:
  SignInTest() {
    outbound_.respond = [this](const OutboundRequest& request, int& status) {
      return respond(request, status);
    };
  }
  std::string respond(const OutboundRequest& request, int& status) {
    if (down_) status = 0;
    if (request.url.ends_with("openid-configuration")) return json::serialize(metadata_);
    if (request.url.ends_with("jwks")) return key_->set();
    status = token_status_;
    json::object answer;
    answer["id_token"] = key_->sign(claims_);
    return json::serialize(answer);
  }
  SignIn::Begun begin(std::string return_to = "/runs") {
    auto begun = await(loop_, sign_in_.begin(kCallback, std::move(return_to))).value();
    auto now = std::chrono::floor<std::chrono::seconds>(clock_.wall_now()).time_since_epoch();
    claims_ = {{"iss", kIssuer},
               {"aud", "glovebox"},
               {"sub", "42"},
               {"name", "Anna"},
               {"exp", now.count() + 60},
               {"iat", now.count()},
               {"nonce", query_of(begun.location, "nonce")}};
    return begun;
  }
  static SignIn::Callback callback_of(const SignIn::Begun& begun) {
    SignIn::Callback callback;
    callback.state = query_of(begun.location, "state");
    callback.code = "the-code";
    callback.cookie = begun.cookie;
    callback.redirect_uri = kCallback;
    return callback;
  }
  // "ok", or the reason.
  std::string finish(SignIn::Callback callback) {
    auto done = await(loop_, sign_in_.finish(std::move(callback)));
    if (done) return "ok";
    json::object details = done.error().details();
    const json::value* reason = details.if_contains("reason");
    return reason == nullptr ? done.error().message() : std::string(reason->as_string());
  }

  boost::asio::io_context loop_;
  ManualClock clock_;
  FakeOutbound outbound_;
  std::unique_ptr<SigningKey> key_ = std::make_unique<SigningKey>(SigningKey::Kind::kRsa, "k1");
  json::object metadata_{{"issuer", kIssuer},
                         {"authorization_endpoint", "https://id.example/authorize"},
                         {"token_endpoint", "https://id.example/token"},
                         {"jwks_uri", "https://id.example/jwks"}};
  json::object claims_;
  int token_status_ = 200;
  bool down_ = false;
  SignIn sign_in_{outbound_, {kIssuer, "glovebox", "s3cret"}, std::chrono::hours(12), clock_};
};

TEST_F(SignInTest, APersonSignsInWithPkceStateAndNonce) {
  SignIn::Begun begun = begin("/runs/job_1?x=1");
  EXPECT_TRUE(begun.location.starts_with("https://id.example/authorize?response_type=code&"));
  EXPECT_EQ(query_of(begun.location, "code_challenge_method"), "S256");
  EXPECT_EQ(query_of(begun.location, "redirect_uri"), form_value(kCallback));
  auto done = await(loop_, sign_in_.finish(callback_of(begun))).value();
  EXPECT_EQ(done.return_to, "/runs/job_1?x=1");
  EXPECT_EQ(sign_in_.find(done.session)->name, "Anna");
  EXPECT_EQ(SignIn::client_of(done.person).str(), "oidc:42");
  const OutboundRequest& token = outbound_.requests[1];
  EXPECT_EQ(token.url, "https://id.example/token");
  std::string verifier = query_of("?" + token.body, "code_verifier");
  EXPECT_GE(verifier.size(), 43u);
  EXPECT_EQ(base64url(sha256_bytes(verifier)), query_of(begun.location, "code_challenge"));
  EXPECT_EQ(token.headers[1].second, "Basic " + base64("glovebox:s3cret"));
  EXPECT_EQ(token.body.find("s3cret"), std::string::npos);
  sign_in_.end(done.session);
  EXPECT_EQ(sign_in_.find(done.session), nullptr);
}

TEST_F(SignInTest, WhatDoesNotBelongTogetherIsRefused) {
  SignIn::Begun mine = begin();
  SignIn::Begun other = begin();
  SignIn::Callback callback = callback_of(mine);
  callback.cookie = other.cookie;
  EXPECT_EQ(finish(callback), "wrong-state");
  callback.cookie.clear();
  EXPECT_EQ(finish(callback), "no-sign-in");
  for (const std::string& cookie :
       {std::string("."), std::string("x"), std::string("7b7d."), mine.cookie + "0",
        mine.cookie.substr(1), std::string(100'000, 'a')}) {
    callback.cookie = cookie;
    EXPECT_EQ(finish(callback), "no-sign-in");
  }
  callback = callback_of(other);
  callback.state.clear();
  EXPECT_EQ(finish(callback), "wrong-state");
  callback = callback_of(other);
  callback.issuer = "https://evil.example";
  EXPECT_EQ(finish(callback), "wrong-issuer");
  callback = callback_of(other);
  callback.code.clear();
  EXPECT_EQ(finish(callback), "refused");
  EXPECT_EQ(finish(callback_of(mine)), "bad-id-token") << "the token has the other's nonce";
  EXPECT_EQ(finish(callback_of(other)), "ok");
}

TEST_F(SignInTest, ASignInThatTakesTooLongOrAnotherProcesssIsRefused) {
  SignIn::Begun begun = begin();
  clock_.advance(SignIn::kPatience);
  EXPECT_EQ(finish(callback_of(begun)), "too-late");
  SignIn restarted(outbound_, {kIssuer, "glovebox", ""}, std::chrono::hours(1), clock_);
  EXPECT_TRUE(await(loop_, restarted.finish(callback_of(begin()))).has_error());
}

TEST_F(SignInTest, ReturnsOnlyToPathsOfItsOwn) {
  for (const char* text : {"", "runs", "//evil.example", "/\\evil.example", "https://evil.example",
                           "/a\r\nSet-Cookie: x", "javascript:alert(1)", "/\t/evil.example"}) {
    EXPECT_FALSE(is_local_path(text)) << text;
  }
  EXPECT_TRUE(is_local_path("/"));
  auto done = await(loop_, sign_in_.finish(callback_of(begin("//evil.example")))).value();
  EXPECT_EQ(done.return_to, "/");
}

TEST_F(SignInTest, NewKeysOfTheProviderAreFetchedAtMostEveryHalfMinute) {
  EXPECT_EQ(finish(callback_of(begin())), "ok");
  key_ = std::make_unique<SigningKey>(SigningKey::Kind::kP256, "k2");
  std::size_t before = outbound_.requests.size();
  EXPECT_EQ(finish(callback_of(begin())), "bad-id-token");
  EXPECT_EQ(outbound_.requests.size(), before + 1) << "the token alone";
  clock_.advance(Provider::kKeysAgain);
  EXPECT_EQ(finish(callback_of(begin())), "ok");
}

TEST_F(SignInTest, AProviderThatFailsIsNoFaultOfThePerson) {
  down_ = true;
  auto begun = await(loop_, sign_in_.begin(kCallback, "/"));
  EXPECT_EQ(begun.error().kind(), ErrorKind::kQueueFull);
  down_ = false;
  token_status_ = 400;
  EXPECT_EQ(finish(callback_of(begin())), "refused-code");
}

TEST_F(SignInTest, MetadataOfAnotherIssuerOrWithPlainEndpointsIsRefused) {
  EXPECT_TRUE(parse_metadata(json::serialize(metadata_), kIssuer));
  EXPECT_TRUE(parse_metadata(json::serialize(metadata_), "https://id.example/").has_error());
  for (const char* name : {"authorization_endpoint", "token_endpoint", "jwks_uri"}) {
    json::object changed = metadata_;
    changed[name] = "http://id.example/x";
    EXPECT_TRUE(parse_metadata(json::serialize(changed), kIssuer).has_error()) << name;
    changed[name] = "javascript:alert(1)";
    EXPECT_TRUE(parse_metadata(json::serialize(changed), kIssuer).has_error()) << name;
    changed.erase(name);
    EXPECT_TRUE(parse_metadata(json::serialize(changed), kIssuer).has_error()) << name;
  }
  EXPECT_TRUE(parse_metadata("[]", kIssuer).has_error());
}

}  // namespace
}  // namespace glovebox
