#include "registry/parameter_texts.h"

#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>

namespace glovebox {
namespace {

using testing::HasSubstr;

Tool tool() {
  Tool tool;
  tool.id = ToolId("check");
  for (auto [name, type] :
       {std::pair("text", ParameterType::kString), std::pair("count", ParameterType::kInteger),
        std::pair("ratio", ParameterType::kNumber), std::pair("flag", ParameterType::kBoolean),
        std::pair("level", ParameterType::kEnum)}) {
    Parameter parameter;
    parameter.name = name;
    parameter.type = type;
    tool.parameters.push_back(parameter);
  }
  return tool;
}

std::string refusal(const std::string& text) {
  Result<boost::json::object> parsed = parse_parameter_texts(tool(), {text});
  return parsed.has_error() ? parsed.error().message() : "";
}

TEST(ParameterTextsTest, ReadsEachTextInItsParametersType) {
  EXPECT_EQ(
      boost::json::serialize(parse_parameter_texts(tool(), {"text=a=b", "count=-3", "ratio=0.5",
                                                            "flag=true", "level=all"})
                                 .value()),
      R"({"text":"a=b","count":-3,"ratio":5E-1,"flag":true,"level":"all"})");
  EXPECT_EQ(boost::json::serialize(parse_parameter_texts(tool(), {"text="}).value()),
            R"({"text":""})");
}

TEST(ParameterTextsTest, RefusesWhatIsNotTheType) {
  for (const char* text :
       {"count=", "count=1.5", "count=1x", "count=0x10", "count=99999999999999999999", "ratio=nan",
        "ratio=inf", "ratio=1e999", "ratio=1,5", "flag=yes", "flag="}) {
    EXPECT_THAT(refusal(text), HasSubstr("must be")) << text;
  }
}

TEST(ParameterTextsTest, SaysHowToWriteAParameter) {
  EXPECT_THAT(refusal("text"), HasSubstr("NAME=VALUE"));
  EXPECT_THAT(refusal("=x"), HasSubstr("NAME=VALUE"));
}

TEST(ParameterTextsTest, ListsTheKnownNamesForAnUnknownOne) {
  EXPECT_THAT(
      refusal("leval=all"),
      HasSubstr("(did you mean \"level\"?); its parameters are text, count, ratio, flag, level"));
}

TEST(ParameterTextsTest, RefusesAParameterGivenTwice) {
  Error error = parse_parameter_texts(tool(), {"count=1", "count=2"}).error();
  EXPECT_THAT(error.message(), HasSubstr("given twice"));
  EXPECT_EQ(error.details().at("field"), "parameters.count");
}

}  // namespace
}  // namespace glovebox
