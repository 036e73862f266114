#include "model/run_inputs.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace glovebox {
namespace {

boost::json::object shown(const KeptInputs& inputs) {
  boost::json::object object;
  add_inputs(object, inputs);
  return object;
}

TEST(RunInputsTest, WhatIsKeptIsShown) {
  RunInputs inputs;
  inputs.project_name = "jq-1.7";
  inputs.tool_version = "Cppcheck 2.10";
  inputs.parameters = {{"level", std::string("high")}, {"count", std::int64_t{3}}, {"loud", true}};
  inputs.command = {"cppcheck", "--level=high"};
  inputs.timeout = std::chrono::milliseconds(1500);
  inputs.stdin_text = "hello";
  boost::json::object object = shown(keep_inputs(inputs));
  EXPECT_EQ(
      boost::json::serialize(object),
      R"({"projectName":"jq-1.7","toolVersion":"Cppcheck 2.10",)"
      R"("parameters":{"count":3,"level":"high","loud":true},)"
      R"("command":["cppcheck","--level=high"],"timeoutMs":1500,"stdin":"hello","stdinBytes":5})");
}

TEST(RunInputsTest, OfAnOldOrDamagedRecordNothingIsKnown) {
  std::string nothing =
      R"({"projectName":null,"toolVersion":null,"parameters":null,"command":null,)"
      R"("timeoutMs":null,"stdin":null,"stdinBytes":null})";
  EXPECT_EQ(boost::json::serialize(shown(nullptr)), nothing);
  for (const char* damaged : {"", "{", "[1]", "{\"other\": 1}"}) {
    EXPECT_EQ(boost::json::serialize(shown(std::make_shared<const std::string>(damaged))), nothing);
  }
}

TEST(RunInputsTest, StandardInputIsKeptUpToItsBound) {
  RunInputs inputs;
  inputs.stdin_text.assign(kMostStdinKept, 'x');
  EXPECT_EQ(shown(keep_inputs(inputs)).at("stdin").as_string().size(), kMostStdinKept);
  inputs.stdin_text += 'x';
  boost::json::object object = shown(keep_inputs(inputs));
  EXPECT_TRUE(object.at("stdin").is_null());
  EXPECT_EQ(object.at("stdinBytes").to_number<std::size_t>(), kMostStdinKept + 1);
}

TEST(RunInputsTest, ALongCommandIsCut) {
  std::string at_bound(kLongestArgumentKept, 'a');
  std::vector<std::string> argv{"python3", "-c", at_bound, "first line\n" + at_bound};
  std::vector<std::string> command = shortened_command(argv);
  EXPECT_EQ(command,
            (std::vector<std::string>{"python3", "-c", at_bound, "first line… (1035 bytes)"}));
  std::vector<std::string> many(100, at_bound);
  command = shortened_command(many);
  ASSERT_EQ(command.size(), 16U);  // 15 and a note
  EXPECT_EQ(command.back(), "… (85 more arguments)");
}

TEST(RunInputsTest, ArgumentsThatAreNotTextAreShownAsText) {
  EXPECT_EQ(shortened_command({"a\xff"
                               "b"}),
            (std::vector<std::string>{"a\uFFFDb"}));
}

}  // namespace
}  // namespace glovebox
