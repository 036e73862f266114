// Findings and reports over real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/test_server.h"

namespace glovebox {
namespace {

using testing::HasSubstr;

TEST(FindingRouteTest, AListAppliesTheFiltersOfItsQuery) {
  TestServer server;
  RawResponse all = server.get("/api/jobs/job_1/findings");
  EXPECT_EQ(all.status, 200);
  EXPECT_THAT(all.body, HasSubstr(R"("path":"a.c","line":7,"column":null)"));
  EXPECT_THAT(all.body, HasSubstr(R"("message":"after , at most 100")"));
  EXPECT_THAT(all.body, HasSubstr(R"("nextCursor":null)"));
  EXPECT_THAT(all.body, testing::Not(HasSubstr("change")));
  RawResponse some = server.get(
      "/api/jobs/job_1/findings?severity=note&rule=r%201&path=src/b.c&limit=1&cursor=f9&"
      "against=job_2");
  EXPECT_THAT(some.body, HasSubstr(R"("path":"src/b.c")"));
  EXPECT_THAT(some.body, HasSubstr(R"("severity":"note","rule":"r 1")"));
  EXPECT_THAT(some.body, HasSubstr(R"("message":"after f9, at most 1")"));
  EXPECT_THAT(some.body, HasSubstr(R"("change":"new")"));
  EXPECT_THAT(some.body, HasSubstr(R"("nextCursor":"f1")"));
  EXPECT_EQ(server.get("/api/jobs/job_2/findings").status, 404);
}

TEST(FindingRouteTest, AFieldThatIsWrongOrUnknownIsNamed) {
  TestServer server;
  for (const char* query : {"severity=fatal", "limit=0", "limit=1001", "limit=x", "file=a.c"}) {
    RawResponse refused = server.get(std::string("/api/jobs/job_1/findings?") + query);
    EXPECT_EQ(refused.status, 400) << query;
    EXPECT_EQ(refused.error_type(), "ValidationError") << query;
    std::string field(query, std::string_view(query).find('='));
    EXPECT_THAT(refused.body, HasSubstr(R"("field":")" + field + "\"")) << query;
  }
  EXPECT_EQ(server.get("/api/jobs/job_1/report?path=a").status, 400);
}

TEST(FindingRouteTest, AReportIsAnAttachment) {
  TestServer server;
  RawResponse report = server.get("/api/jobs/job_1/report?format=junit");
  EXPECT_EQ(report.status, 200);
  EXPECT_EQ(report.body, "junit");
  EXPECT_EQ(report.field("Content-Type"), "application/sarif+json");
  EXPECT_EQ(report.field("Content-Disposition"), "attachment; filename=\"job_1.sarif\"");
  EXPECT_EQ(report.field("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(server.get("/api/jobs/job_1/report").body, "sarif");
}

}  // namespace
}  // namespace glovebox
