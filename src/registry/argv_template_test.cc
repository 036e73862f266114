#include "registry/argv_template.h"

#include <gmock/gmock.h>

namespace glovebox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Parameter parameter(std::string name, ParameterType type, std::string flag = "") {
  Parameter parameter;
  parameter.name = std::move(name);
  parameter.type = type;
  parameter.flag = std::move(flag);
  return parameter;
}

Tool tool_with(std::vector<std::string> command) {
  Tool tool;
  tool.command = std::move(command);
  tool.parameters = {parameter("file", ParameterType::kString),
                     parameter("other", ParameterType::kString),
                     parameter("depth", ParameterType::kInteger),
                     parameter("level", ParameterType::kEnum),
                     parameter("verbose", ParameterType::kBoolean, "--verbose"),
                     parameter("color", ParameterType::kBoolean)};
  return tool;
}

std::vector<std::string> argv_of(std::vector<std::string> command, const ParameterValues& values) {
  return expand_command(tool_with(std::move(command)), values).value();
}

TEST(ArgvTemplateTest, ReplacesPlaceholdersByValues) {
  EXPECT_THAT(argv_of({"tool", "--file={file}", "{project}/src", "-d{depth}"},
                      {{"file", "a b;c"}, {"depth", std::int64_t{3}}}),
              ElementsAre("tool", "--file=a b;c", "/work/src", "-d3"));
}

TEST(ArgvTemplateTest, DropsAnElementThatNamesAnUnsetParameter) {
  EXPECT_THAT(argv_of({"tool", "{file}", "{other}:{file}", "{other}", "."}, {{"other", "x"}}),
              ElementsAre("tool", "x", "."));
}

TEST(ArgvTemplateTest, UsesTheFlagOfATrueBooleanAndDropsTheElementOfAFalseOne) {
  EXPECT_THAT(argv_of({"tool", "{verbose}"}, {{"verbose", true}}),
              ElementsAre("tool", "--verbose"));
  EXPECT_THAT(argv_of({"tool", "{verbose}", "."}, {{"verbose", false}}), ElementsAre("tool", "."));
}

TEST(ArgvTemplateTest, WritesABooleanWithoutAFlagAsAWord) {
  EXPECT_THAT(argv_of({"tool", "--color={color}"}, {{"color", false}}),
              ElementsAre("tool", "--color=false"));
}

TEST(ArgvTemplateTest, DoubledBracesAreLiteral) {
  EXPECT_THAT(argv_of({"awk", "{{print ${{1}}}}", "{{file}}"}, {{"file", "x"}}),
              ElementsAre("awk", "{print ${1}}", "{file}"));
}

TEST(ArgvTemplateTest, RefusesALoneBrace) {
  for (const char* element : {"{", "a{b", "}", "a}b", "{a{b}", "{{}", "{}}"}) {
    EXPECT_TRUE(parse_element(element).has_error()) << element;
  }
  EXPECT_FALSE(parse_element("{{}}").has_error());
}

TEST(ArgvTemplateTest, RefusesAStringThatWouldStartAnElementWithADash) {
  for (const char* element : {"{file}", "{file}.c", "{other}{file}"}) {
    Result<std::vector<std::string>> argv =
        expand_command(tool_with({"tool", std::string(element)}), {{"file", "-rf"}, {"other", ""}});
    ASSERT_TRUE(argv.has_error()) << element;
    EXPECT_EQ(argv.error().kind(), ErrorKind::kValidation);
    EXPECT_EQ(argv.error().details().at("field"), "parameters.file");
    EXPECT_THAT(argv.error().message(), HasSubstr("option"));
  }
}

TEST(ArgvTemplateTest, AllowsAStringWithADashAfterOtherText) {
  EXPECT_THAT(argv_of({"tool", "--file={file}", "./{file}"}, {{"file", "-rf"}}),
              ElementsAre("tool", "--file=-rf", "./-rf"));
}

TEST(ArgvTemplateTest, AllowsEnumsAndNumbersToStartWithADash) {
  EXPECT_THAT(
      argv_of({"tool", "{level}", "{depth}"}, {{"level", "-O2"}, {"depth", std::int64_t{-1}}}),
      ElementsAre("tool", "-O2", "-1"));
}

TEST(ArgvTemplateTest, KeepsAnEmptyStringAsAnEmptyArgument) {
  EXPECT_THAT(argv_of({"tool", "{file}"}, {{"file", ""}}), ElementsAre("tool", ""));
}

TEST(ArgvTemplateTest, DoesNotInterpretBracesInValues) {
  EXPECT_THAT(argv_of({"tool", "{file}"}, {{"file", "{other}{{}"}, {"other", "x"}}),
              ElementsAre("tool", "{other}{{}"));
}

}  // namespace
}  // namespace glovebox
