#include "metrics/refusal_metrics.h"

#include <gmock/gmock.h>
#include <prometheus/text_serializer.h>

namespace glovebox {
namespace {

using testing::HasSubstr;

TEST(RefusalMetricsTest, AReasonIsTheLimitWhereThereIsOneThatIsCounted) {
  EXPECT_EQ(refusal_reason(Error(ErrorKind::kQueueFull, "").with("limit", "disk")), "disk");
  EXPECT_EQ(refusal_reason(Error(ErrorKind::kRateLimit, "").with("limit", "wrongKeys")),
            "wrong_keys");
  EXPECT_EQ(refusal_reason(Error(ErrorKind::kQueueFull, "").with("reason", "x")), "unavailable");
  EXPECT_EQ(refusal_reason(Error(ErrorKind::kAuthentication, "")), "authentication");
  EXPECT_EQ(refusal_reason(internal_error("")), "internal");
}

TEST(RefusalMetricsTest, ALimitThatNobodyDeclaredIsCountedByItsKind) {
  EXPECT_EQ(refusal_reason(Error(ErrorKind::kQueueFull, "").with("limit", "made-up")),
            "unavailable");
  EXPECT_EQ(refusal_reason(Error(ErrorKind::kUnprocessable, "").with("limit", 7)),
            "hostile_archive");
}

TEST(RefusalMetricsTest, WrongRequestsAreNotRefusals) {
  EXPECT_EQ(refusal_reason(validation_error("").with("limit", "disk")), "");
  EXPECT_EQ(refusal_reason(not_found("")), "");
}

TEST(RefusalMetricsTest, EveryReasonHasItsSeriesFromTheStart) {
  prometheus::Registry registry;
  RefusalMetrics metrics(registry);
  metrics.refused(Error(ErrorKind::kRateLimit, "").with("limit", "hourly_per_client"));
  metrics.refused(not_found(""));
  std::string text = prometheus::TextSerializer().Serialize(registry.Collect());
  EXPECT_THAT(text, HasSubstr("glovebox_rejections_total{reason=\"hourly_per_client\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("glovebox_rejections_total{reason=\"queue_capacity\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("glovebox_rejections_total{reason=\"internal\"} 0\n"));
}

}  // namespace
}  // namespace glovebox
