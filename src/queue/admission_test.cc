#include "queue/admission.h"

#include <gtest/gtest.h>

#include "manual_clock.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;
const ClientId kAnn("ann");
const ClientId kBob("bob");

class AdmissionTest : public testing::Test {
 protected:
  static AdmissionLimits limits(std::int64_t hourly, std::int64_t concurrent,
                                std::size_t clients = 10) {
    AdmissionLimits made;
    made.hourly = hourly;
    made.concurrent = concurrent;
    made.clients = clients;
    return made;
  }
  Result<void> admit(Admission& admission, const ClientId& client) {
    return admission.admit(client, clock_.steady_now());
  }
  void run(Admission& admission, const ClientId& client, int times = 1) {
    for (int i = 0; i < times; ++i) {
      ASSERT_TRUE(admit(admission, client));
      admission.release(client);
    }
  }
  HourlyState hourly(const Admission& admission, const ClientId& client) {
    return admission.hourly(client, clock_.steady_now());
  }
  ManualClock clock_;
};

TEST_F(AdmissionTest, AdmitsExactlyTheHourlyLimit) {
  Admission admission(limits(3, 0));
  run(admission, kAnn, 3);
  Result<void> refused = admit(admission, kAnn);
  ASSERT_TRUE(refused.has_error());
  const Error& error = refused.error();
  EXPECT_EQ(error.kind(), ErrorKind::kRateLimit);
  EXPECT_EQ(error.details().at("limit"), "hourly_per_client");
  EXPECT_EQ(error.details().at("configured"), 3);
  EXPECT_EQ(error.details().at("observed"), 3);
  EXPECT_EQ(error.retry_after(), 3600s);
  EXPECT_TRUE(admit(admission, kBob));
}

TEST_F(AdmissionTest, ARefusedRequestDoesNotCount) {
  Admission admission(limits(2, 1));
  ASSERT_TRUE(admit(admission, kAnn));
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(admit(admission, kAnn).has_error());
  EXPECT_EQ(hourly(admission, kAnn).remaining, 1);
  admission.release(kAnn);
  EXPECT_TRUE(admit(admission, kAnn));
}

TEST_F(AdmissionTest, TheHourSlides) {
  Admission admission(limits(2, 0));
  run(admission, kAnn);
  clock_.advance(30min);
  run(admission, kAnn);
  EXPECT_EQ(hourly(admission, kAnn).remaining, 0);
  EXPECT_EQ(hourly(admission, kAnn).reset, 1800s);
  clock_.advance(30min - 1ms);
  EXPECT_EQ(admit(admission, kAnn).error().retry_after(), 1s);
  clock_.advance(1ms);
  EXPECT_EQ(hourly(admission, kAnn).remaining, 1);
  run(admission, kAnn);
  EXPECT_EQ(admit(admission, kAnn).error().retry_after(), 1800s);
}

TEST_F(AdmissionTest, AboveSixtyAnHourNeverMoreThanTheLimitInAnyHour) {
  Admission admission(limits(200, 0));
  for (int i = 0; i < 200; ++i) {
    run(admission, kAnn);
    clock_.advance(10s);
  }
  // The six of the first minute expire together, when the last of them is an hour old.
  clock_.advance(1h + 50s - 2000s - 1ms);
  EXPECT_TRUE(admit(admission, kAnn).has_error());
  clock_.advance(1ms);
  EXPECT_EQ(hourly(admission, kAnn).remaining, 6);
  run(admission, kAnn, 6);
  EXPECT_TRUE(admit(admission, kAnn).has_error());
}

TEST_F(AdmissionTest, AdmitsExactlyTheConcurrentLimit) {
  Admission admission(limits(0, 2));
  ASSERT_TRUE(admit(admission, kAnn));
  ASSERT_TRUE(admit(admission, kAnn));
  Result<void> refused = admit(admission, kAnn);
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().kind(), ErrorKind::kRateLimit);
  EXPECT_EQ(refused.error().details().at("limit"), "concurrent_per_client");
  EXPECT_EQ(refused.error().details().at("observed"), 2);
  EXPECT_TRUE(refused.error().retry_after());
  admission.release(kAnn);
  EXPECT_TRUE(admit(admission, kAnn));
}

TEST_F(AdmissionTest, ZeroTurnsALimitOff) {
  Admission admission(limits(0, 0));
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(admit(admission, kAnn));
  EXPECT_EQ(hourly(admission, kAnn).limit, 0);
}

TEST_F(AdmissionTest, AClientMayHaveItsOwnLimitsThatChange) {
  ClientLimits anns{3, 2};
  AdmissionLimits made = limits(1, 1);
  made.of_client = [&](const ClientId& client, ClientLimits for_all) {
    EXPECT_EQ(for_all.hourly, 1);
    return client == kAnn ? anns : for_all;
  };
  Admission admission(made);
  ASSERT_TRUE(admit(admission, kAnn));
  ASSERT_TRUE(admit(admission, kAnn));
  EXPECT_EQ(admit(admission, kAnn).error().details().at("configured"), 2);
  admission.release(kAnn);
  ASSERT_TRUE(admit(admission, kAnn));
  admission.release(kAnn);
  EXPECT_EQ(admit(admission, kAnn).error().details().at("configured"), 3);
  EXPECT_EQ(hourly(admission, kAnn).limit, 3);
  ASSERT_TRUE(admit(admission, kBob));
  EXPECT_EQ(admit(admission, kBob).error().details().at("configured"), 1);
  EXPECT_EQ(hourly(admission, kBob).limit, 1);
  anns = {4, 0};
  EXPECT_EQ(hourly(admission, kAnn).remaining, 1);
  EXPECT_TRUE(admit(admission, kAnn));
  anns = {2, 0};  // lowered below the current count
  EXPECT_EQ(admit(admission, kAnn).error().details().at("observed"), 4);
  anns = {0, 0};
  EXPECT_EQ(hourly(admission, kAnn).limit, 0);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(admit(admission, kAnn));
}

TEST_F(AdmissionTest, AWithdrawnExecutionDoesNotCount) {
  Admission admission(limits(1, 1));
  ASSERT_TRUE(admit(admission, kAnn));
  admission.take_back(kAnn);
  EXPECT_EQ(hourly(admission, kAnn).remaining, 1);
  EXPECT_TRUE(admit(admission, kAnn));
}

TEST_F(AdmissionTest, RemovesTheLongestIdleClientWhenTheTableIsFull) {
  Admission admission(limits(1, 0, 2));
  run(admission, kAnn);
  run(admission, kBob);
  run(admission, ClientId("cid"));
  EXPECT_EQ(admission.clients(), 2u);
  EXPECT_TRUE(admit(admission, kBob).has_error());
  EXPECT_TRUE(admit(admission, kAnn));
}

TEST_F(AdmissionTest, NeverRemovesAClientWithJobs) {
  Admission admission(limits(0, 1, 2));
  ASSERT_TRUE(admit(admission, kAnn));
  ASSERT_TRUE(admit(admission, kBob));
  EXPECT_EQ(admit(admission, ClientId("cid")).error().kind(), ErrorKind::kQueueFull);
  admission.release(kBob);
  EXPECT_TRUE(admit(admission, ClientId("cid")));
  EXPECT_EQ(admit(admission, kAnn).error().kind(), ErrorKind::kRateLimit);
}

}  // namespace
}  // namespace glovebox
