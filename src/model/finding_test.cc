#include "model/finding.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace glovebox {
namespace {

TEST(FindingTest, GoesToJsonAndBack) {
  Finding finding{{"src/a.c", 3, 5, 3, 9},
                  FindingSeverity::kError,
                  "-Wx",
                  "bad",
                  "ab",
                  7,
                  {{{"src/b.h", 1}, "declared here"}}};
  Result<Finding> back =
      finding_from_json(boost::json::parse(boost::json::serialize(to_json(finding))));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(*back, finding);
}

TEST(FindingTest, UnknownValuesAreNull) {
  EXPECT_EQ(
      boost::json::serialize(to_json(Finding{.message = "m"})),
      R"({"path":null,"line":null,"column":null,"endLine":null,"endColumn":null,)"
      R"("severity":"warning","rule":null,"message":"m","fingerprint":null,"outputLine":null})");
}

TEST(FindingTest, AWrongFieldIsNamed) {
  auto problem = [](const char* text) {
    return finding_from_json(boost::json::parse(text)).error().message();
  };
  EXPECT_EQ(problem(R"({"severity":"bad"})"), "severity: must be error, warning or note");
  EXPECT_EQ(problem(R"({"severity":"error","line":-1})"),
            "line: must be a number that is not negative");
  EXPECT_EQ(problem(R"({"severity":"error","related":[{"path":1}]})"),
            "related.path: must be a string");
}

TEST(FindingTest, CountsAddUp) {
  FindingCounts counts;
  counts.add(FindingSeverity::kError);
  counts.add(FindingSeverity::kNote);
  FindingCounts more{.total = 1, .warning = 1, .truncated = true};
  counts += more;
  EXPECT_EQ(counts, (FindingCounts{3, 1, 1, 1, true}));
  EXPECT_EQ(finding_counts_from_json(to_json(counts)).value(), counts);
}

}  // namespace
}  // namespace glovebox
