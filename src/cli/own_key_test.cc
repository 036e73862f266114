#include "cli/own_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "temp_folder.h"

namespace glovebox {
namespace {

using testing::HasSubstr;

class OwnKeyTest : public testing::Test {
 protected:
  Result<std::string> key_of_file(const std::string& content, unsigned mode = 0600) {
    command_.key_file = folder_.write("key", content).native();
    EXPECT_EQ(::chmod(command_.key_file.c_str(), mode), 0);
    return own_api_key(command_);
  }
  TempFolder folder_;
  RunCommand command_;
};

TEST_F(OwnKeyTest, TheFileOverridesTheVariable) {
  EXPECT_EQ(*own_api_key(command_), "");
  command_.api_key = "gbx_variable\n";
  EXPECT_EQ(*own_api_key(command_), "gbx_variable");
  EXPECT_EQ(*key_of_file(" gbx_file\r\n"), "gbx_file");
}

TEST_F(OwnKeyTest, ATextThatIsNotAKeyIsNotSent) {
  std::string most(512, 'a');
  EXPECT_EQ(*key_of_file(most), most);
  for (const std::string& bad :
       {std::string(), std::string("\n"), std::string("two words"), std::string("a\r\nX-Evil: b"),
        std::string("a\0b", 3), most + "a", std::string("\xff"), std::string(100'000, 'a')}) {
    auto key = key_of_file(bad);
    ASSERT_TRUE(key.has_error()) << bad.substr(0, 40);
    EXPECT_THAT(key.error().message(), HasSubstr("has no API key"));
  }
  command_.key_file = "/nowhere/key";
  EXPECT_THAT(own_api_key(command_).error().message(), HasSubstr("--key-file: "));
}

TEST_F(OwnKeyTest, AFileThatOthersMayReadCausesAWarning) {
  testing::internal::CaptureStderr();
  EXPECT_TRUE(key_of_file("gbx_a"));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  testing::internal::CaptureStderr();
  EXPECT_TRUE(key_of_file("gbx_a", 0644));
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("chmod go-r"));
}

TEST_F(OwnKeyTest, ARefusalSaysWhatToDo) {
  command_.server = "http://host";
  Error refused(ErrorKind::kAuthentication, "It expired.");
  EXPECT_THAT(explain_refused_key(refused, command_).message(), HasSubstr("--key-file FILE"));
  command_.api_key = "gbx_a";
  EXPECT_EQ(explain_refused_key(refused, command_).message(),
            "http://host does not accept the key in GLOVEBOX_API_KEY: It expired.");
  command_.key_file = "/a/key";
  EXPECT_THAT(explain_refused_key(refused, command_).message(), HasSubstr("key in /a/key: "));
}

}  // namespace
}  // namespace glovebox
