#include "execution/webhooks/delivery_plan.h"

#include <gtest/gtest.h>

namespace glovebox {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const WallTime kNow{seconds(1'000'000'000)};  // 2001-09-09T01:46:40Z

Result<OutboundAnswer> answer(int status, const char* retry_after = nullptr) {
  OutboundAnswer made;
  made.status = status;
  if (retry_after != nullptr) made.headers = {{"retry-after", retry_after}};
  return made;
}

Delivery after(std::int64_t attempts, WebhookEvent event = WebhookEvent::kJobCompleted) {
  Delivery delivery;
  delivery.id = DeliveryId("msg_1");
  delivery.event = event;
  delivery.attempts = attempts;
  return delivery;
}

TEST(DeliveryPlanTest, TenAttemptsTakeSeventyFiveHours) {
  milliseconds whole{0};
  for (std::int64_t attempt = 1; attempt < 10; ++attempt) {
    milliseconds one = delivery_backoff(attempt).value();
    EXPECT_GT(one, attempt > 1 ? *delivery_backoff(attempt - 1) : milliseconds(0));
    whole += one;
  }
  EXPECT_EQ(whole, hours(75) + minutes(35) + seconds(5));
  EXPECT_FALSE(delivery_backoff(10));
  EXPECT_FALSE(delivery_backoff(0));
}

TEST(DeliveryPlanTest, AnySuccessIsTheEnd) {
  for (int status : {200, 201, 202, 204, 299}) {
    DeliveryAttempt judged = judge_attempt(after(0), answer(status), kNow, 0.5);
    EXPECT_EQ(judged.status, DeliveryStatus::kDelivered);
    EXPECT_FALSE(judged.next_at);
    EXPECT_EQ(judged.http_status, status);
  }
}

TEST(DeliveryPlanTest, EverythingElseIsTriedAgainWithJitter) {
  for (int status : {199, 300, 301, 302, 400, 401, 404, 429, 500, 503}) {
    DeliveryAttempt judged = judge_attempt(after(1), answer(status), kNow, 0.5);
    EXPECT_EQ(judged.status, DeliveryStatus::kPending);
    EXPECT_EQ(judged.next_at, kNow + minutes(5)) << status;
    EXPECT_TRUE(judged.counts);
  }
  EXPECT_EQ(judge_attempt(after(1), answer(500), kNow, 0).next_at, kNow + seconds(270));
  EXPECT_EQ(judge_attempt(after(1), answer(500), kNow, 1).next_at, kNow + seconds(330));
  Result<OutboundAnswer> refused = Error(ErrorKind::kForbidden, "loopback");
  EXPECT_EQ(judge_attempt(after(0), refused, kNow, 0.5).next_at, kNow + seconds(5));
}

TEST(DeliveryPlanTest, TheLastAttemptFails) {
  EXPECT_TRUE(judge_attempt(after(8), answer(500), kNow, 0.5).next_at);
  DeliveryAttempt last = judge_attempt(after(9), answer(500), kNow, 0.5);
  EXPECT_EQ(last.status, DeliveryStatus::kFailed);
  EXPECT_FALSE(last.next_at);
  EXPECT_NE(last.error.find("500"), std::string::npos);
}

TEST(DeliveryPlanTest, ATestIsTriedOnce) {
  DeliveryAttempt judged = judge_attempt(after(0, WebhookEvent::kTest), answer(500), kNow, 0.5);
  EXPECT_EQ(judged.status, DeliveryStatus::kFailed);
}

TEST(DeliveryPlanTest, GoneDisablesTheWebhook) {
  DeliveryAttempt judged = judge_attempt(after(0), answer(410), kNow, 0.5);
  EXPECT_EQ(judged.status, DeliveryStatus::kFailed);
  EXPECT_NE(judged.disable_webhook, "");
}

TEST(DeliveryPlanTest, OurOwnFaultIsNoAttempt) {
  for (ErrorKind kind : {ErrorKind::kInternal, ErrorKind::kQueueFull}) {
    Result<OutboundAnswer> lost = Error(kind, "the sender died");
    DeliveryAttempt judged = judge_attempt(after(9), lost, kNow, 0.5);
    EXPECT_FALSE(judged.counts);
    EXPECT_EQ(judged.status, DeliveryStatus::kPending);
    EXPECT_EQ(judged.next_at, kNow + seconds(5));
  }
}

TEST(DeliveryPlanTest, RetryAfterOnlyLengthens) {
  EXPECT_EQ(judge_attempt(after(0), answer(429, "60"), kNow, 0.5).next_at, kNow + seconds(60));
  EXPECT_EQ(judge_attempt(after(1), answer(503, "60"), kNow, 0.5).next_at, kNow + minutes(5));
  EXPECT_EQ(
      judge_attempt(after(0), answer(429, "Sun, 09 Sep 2001 01:48:40 GMT"), kNow, 0.5).next_at,
      kNow + seconds(120));
}

TEST(RetryAfterTest, ReadsSecondsAndDatesUpToADay) {
  EXPECT_EQ(parse_retry_after("0", kNow), milliseconds(0));
  EXPECT_EQ(parse_retry_after("86400", kNow), hours(24));
  EXPECT_EQ(parse_retry_after("86401", kNow), hours(24));
  EXPECT_EQ(parse_retry_after("99999999999", kNow), hours(24));
  EXPECT_EQ(parse_retry_after("Sun, 09 Sep 2035 01:48:40 GMT", kNow), hours(24));
  for (const char* text :
       {"", "-1", "1.5", "soon", "Sun, 09 Sep 2001 01:46:00 GMT", "99999999999999999999", "5 "}) {
    EXPECT_FALSE(parse_retry_after(text, kNow)) << text;
  }
}

}  // namespace
}  // namespace glovebox
