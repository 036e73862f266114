#include "registry/parameter_check.h"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

namespace glovebox {
namespace {

using testing::HasSubstr;

Parameter parameter(ParameterType type) {
  Parameter parameter;
  parameter.name = "p";
  parameter.type = type;
  return parameter;
}

Result<ParameterValue> check(const Parameter& parameter, std::string_view json) {
  return check_parameter(parameter, boost::json::parse(json));
}

// The message, or "" if the value is accepted.
std::string refusal(const Parameter& parameter, const boost::json::value& value) {
  Result<ParameterValue> checked = check_parameter(parameter, value);
  if (checked.has_value()) return "";
  EXPECT_EQ(checked.error().kind(), ErrorKind::kValidation);
  EXPECT_EQ(checked.error().details().at("field"), "parameters.p");
  return checked.error().message();
}

TEST(ParameterCheckTest, AcceptsEachType) {
  EXPECT_EQ(check(parameter(ParameterType::kString), R"("a b")").value(),
            ParameterValue(std::string("a b")));
  EXPECT_EQ(check(parameter(ParameterType::kInteger), "-7").value(),
            ParameterValue(std::int64_t{-7}));
  EXPECT_EQ(check(parameter(ParameterType::kInteger), "3.0").value(),
            ParameterValue(std::int64_t{3}));
  EXPECT_EQ(check(parameter(ParameterType::kNumber), "2").value(), ParameterValue(2.0));
  EXPECT_EQ(check(parameter(ParameterType::kBoolean), "true").value(), ParameterValue(true));
}

TEST(ParameterCheckTest, NamesTheWrongType) {
  EXPECT_THAT(refusal(parameter(ParameterType::kString), 1), HasSubstr("a string, not a number"));
  EXPECT_THAT(refusal(parameter(ParameterType::kString), nullptr), HasSubstr("not null"));
  EXPECT_THAT(refusal(parameter(ParameterType::kInteger), "1"), HasSubstr("not a string"));
  EXPECT_THAT(refusal(parameter(ParameterType::kInteger), 1.5), HasSubstr("not 1.5"));
  EXPECT_THAT(refusal(parameter(ParameterType::kNumber), true), HasSubstr("not a boolean"));
  EXPECT_THAT(refusal(parameter(ParameterType::kBoolean), "true"), HasSubstr("true or false"));
  EXPECT_THAT(refusal(parameter(ParameterType::kEnum), boost::json::array()),
              HasSubstr("not an array"));
}

TEST(ParameterCheckTest, ChecksTheBoundsOfNumbersInclusively) {
  Parameter integer = parameter(ParameterType::kInteger);
  integer.minimum = 1;
  integer.maximum = 8;
  EXPECT_EQ(refusal(integer, 1), "");
  EXPECT_EQ(refusal(integer, 8), "");
  EXPECT_THAT(refusal(integer, 0), HasSubstr("smallest value allowed is 1"));
  Error error = check_parameter(integer, 9).error();
  EXPECT_THAT(error.message(), HasSubstr("is 9; the largest value allowed is 8"));
  EXPECT_EQ(error.details().at("limit"), "maximum");
  EXPECT_EQ(error.details().at("configured"), 8.0);
  EXPECT_EQ(error.details().at("observed"), 9.0);
}

TEST(ParameterCheckTest, RefusesNumbersThatJsonReadersCannotKeepExact) {
  Parameter integer = parameter(ParameterType::kInteger);
  EXPECT_EQ(check(integer, "9007199254740991").value(),
            ParameterValue(std::int64_t{9007199254740991}));
  EXPECT_TRUE(check(integer, "9007199254740992").has_error());
  EXPECT_TRUE(check(integer, "18446744073709551615").has_error());
  EXPECT_TRUE(check(integer, "-1e300").has_error());
  EXPECT_NE(refusal(parameter(ParameterType::kNumber), std::numeric_limits<double>::infinity()),
            "");
  EXPECT_NE(refusal(parameter(ParameterType::kNumber), std::numeric_limits<double>::quiet_NaN()),
            "");
}

TEST(ParameterCheckTest, BoundsTheLengthOfAString) {
  Parameter text = parameter(ParameterType::kString);
  EXPECT_EQ(refusal(text, std::string(kMaxValueBytes, 'x').c_str()), "");
  EXPECT_THAT(refusal(text, std::string(kMaxValueBytes + 1, 'x').c_str()),
              HasSubstr("has 4097 bytes; the limit is 4096"));
}

TEST(ParameterCheckTest, RefusesNul) {
  EXPECT_THAT(refusal(parameter(ParameterType::kString), boost::json::string_view("a\0b", 3)),
              HasSubstr("NUL"));
}

TEST(ParameterCheckTest, MatchesThePatternAgainstTheWholeValue) {
  Parameter text = parameter(ParameterType::kString);
  text.pattern = "[a-z]+|[0-9]+";
  EXPECT_EQ(refusal(text, "abc"), "");
  EXPECT_THAT(refusal(text, "abc1"), HasSubstr("does not match the pattern [a-z]+|[0-9]+"));
  EXPECT_NE(refusal(text, "abc\n"), "");
  EXPECT_NE(refusal(text, ""), "");
}

TEST(ParameterCheckTest, TakesAnEnumsOwnValuesOnlyAndHelpsWithSlips) {
  Parameter choice = parameter(ParameterType::kEnum);
  choice.values = {"warning", "style", "all"};
  EXPECT_EQ(refusal(choice, "style"), "");
  EXPECT_THAT(
      refusal(choice, "stile"),
      HasSubstr("must be one of warning, style, all, not \"stile\" (did you mean \"style\""));
}

TEST(ParameterCheckTest, EscapesWhatItQuotes) {
  Parameter choice = parameter(ParameterType::kEnum);
  choice.values = {"a"};
  EXPECT_THAT(refusal(choice, "\x1b[31m\n"), HasSubstr("\\x1b[31m\\x0a"));
}

TEST(ParameterCheckTest, WritesNumbersShortAndExact) {
  EXPECT_EQ(value_text(1.0), "1");
  EXPECT_EQ(value_text(0.1), "0.1");
  EXPECT_EQ(value_text(std::int64_t{-3}), "-3");
  EXPECT_EQ(value_text(true), "true");
}

}  // namespace
}  // namespace glovebox
