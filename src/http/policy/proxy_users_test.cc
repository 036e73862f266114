#include "http/policy/proxy_users.h"

#include <gtest/gtest.h>

namespace glovebox {
namespace {

std::string user_of(std::vector<HeaderField> fields) {
  RequestHead head;
  head.fields = std::move(fields);
  auto user = ProxyUsers::make("X-Remote-User").value().user(head);
  if (user.has_error()) return "refused: " + std::string(error_type(user.error().kind()));
  return *user ? (*user)->str() : "none";
}

TEST(ProxyUsersTest, TakesOneName) {
  EXPECT_EQ(user_of({{"x-remote-USER", " anna@example.org "}}), "user:anna@example.org");
  EXPECT_EQ(user_of({{"X-Remote-User", std::string(128, 'a')}}), "user:" + std::string(128, 'a'));
  EXPECT_EQ(user_of({{"X_Remote_User", "anna"}, {"X-Remote-Users", "anna"}}), "none");
  EXPECT_EQ(user_of({{"X-Remote-User", ""}}), "none");
  EXPECT_EQ(user_of({}), "none");
}

TEST(ProxyUsersTest, RefusesSeveralFieldsAndOddNames) {
  const std::string refused = user_of({{"X-Remote-User", "a b"}});
  EXPECT_TRUE(refused.starts_with("refused: ")) << refused;
  EXPECT_EQ(user_of({{"X-Remote-User", "admin"}, {"X-Remote-User", "anna"}}), refused);
  EXPECT_EQ(user_of({{"X-Remote-User", ""}, {"x-remote-user", "anna"}}), refused);
  for (const std::string& name :
       {std::string("admin, anna"), std::string("a,b"), std::string("\xc3\xa4"),
        std::string("a\tb"), std::string("a\"b"), std::string(129, 'a'), std::string("a\\b")}) {
    EXPECT_EQ(user_of({{"X-Remote-User", name}}), refused) << name;
  }
}

TEST(ProxyUsersTest, TheNameOfTheFieldIsChecked) {
  EXPECT_FALSE(ProxyUsers::make("").value().asks());
  EXPECT_TRUE(ProxyUsers::make("Remote-User").value().asks());
  for (const char* name :
       {"X User", "X-User:", "authorization", "COOKIE", "X-Forwarded-For", "\xff"}) {
    EXPECT_TRUE(ProxyUsers::make(name).has_error()) << name;
  }
}

}  // namespace
}  // namespace glovebox
