// Webhooks and their outbox in the database.
#include <gtest/gtest.h>

#include <set>

#include "run_loop.h"
#include "store/sqlite_store.h"
#include "temp_folder.h"

namespace glovebox {
namespace {

WallTime at(std::int64_t ms) {
  return WallTime(std::chrono::milliseconds(ms));
}

class OutboxTest : public testing::Test {
 protected:
  Webhook subscribe(const ClientId& owner, std::vector<WebhookEvent> events) {
    Webhook webhook;
    webhook.id = new_webhook_id();
    webhook.owner = owner;
    webhook.url = "https://example.com/" + webhook.id.str();
    webhook.events = std::move(events);
    webhook.secret = "whsec_x";
    webhook.created_at = at(1);
    EXPECT_TRUE(await(loop_, store_->add_webhook(webhook, 3)).has_value());
    return webhook;
  }
  Job job(const std::string& url = {}) {
    Job made(AcceptedAs{new_job_id(), ToolId("t"), ProjectId("prj_1"), ann_, at(1000), url});
    made.status = JobStatus::kCompleted;
    made.finished_at = at(2000);
    return made;
  }
  void add_and_end(const Job& ended) {
    Job accepted(static_cast<const AcceptedAs&>(ended));
    ASSERT_TRUE(await(loop_, store_->add_job({accepted, "{}", {}, {}})).has_value());
    end(ended);
  }
  void end(const Job& ended) {
    ASSERT_TRUE(await(loop_, store_->end({ended, ""}, Pace::kAtOnce)).has_value());
  }
  std::vector<DueDelivery> due(std::int64_t now = 5000, std::int64_t limit = 100) {
    return await(loop_, store_->due_deliveries(at(now), limit)).value();
  }
  void record(const DeliveryAttempt& attempt) {
    ASSERT_TRUE(await(loop_, store_->record_attempt(attempt)).has_value());
  }
  std::vector<Delivery> history(const Webhook& webhook) {
    return await(loop_, store_->deliveries_of(webhook.id, 10'000)).value();
  }

  const ClientId ann_{"ann"}, bob_{"bob"};
  TempFolder folder_;
  boost::asio::io_context loop_;
  std::unique_ptr<SqliteStore> store_ = SqliteStore::open(folder_.path() / "db").value();
};

constexpr WebhookEvent kJobEvent = WebhookEvent::kJobCompleted;
constexpr WebhookEvent kCheckupEvent = WebhookEvent::kCheckupCompleted;

TEST_F(OutboxTest, TheEndOfAJobIsOwedToItsOwnersSubscribersAlone) {
  Webhook mine = subscribe(ann_, {kJobEvent});
  subscribe(ann_, {kCheckupEvent});
  subscribe(bob_, {kJobEvent});
  add_and_end(job());
  std::vector<DueDelivery> owed = due();
  ASSERT_EQ(owed.size(), 1u);
  EXPECT_EQ(owed[0].delivery.webhook, mine.id);
  EXPECT_EQ(owed[0].url, mine.url);
  EXPECT_EQ(owed[0].secret, "whsec_x");
  EXPECT_NE(owed[0].body.find("job.completed"), std::string::npos);
}

TEST_F(OutboxTest, ItSurvivesARestartAndARepeatedEndAddsNothing) {
  subscribe(ann_, {kJobEvent});
  Job ended = job();
  add_and_end(ended);
  store_.reset();
  store_ = SqliteStore::open(folder_.path() / "db").value();
  end(ended);
  EXPECT_EQ(due().size(), 1u);
}

TEST_F(OutboxTest, AnEndThatIsNotRecordedOwesNothing) {
  subscribe(ann_, {kJobEvent});
  Job ended = job();
  ASSERT_TRUE(await(loop_, store_->add_ended({ended, ""}, Pace::kAtOnce)).has_value());
  // Its id is there already, so that the whole transaction fails.
  EXPECT_TRUE(await(loop_, store_->add_ended({ended, ""}, Pace::kAtOnce)).has_error());
  EXPECT_EQ(due().size(), 1u);
}

TEST_F(OutboxTest, TheUrlOfARequestIsToldOnceAndThenForgotten) {
  add_and_end(job("https://example.com/own"));
  Job at_its_end = job("https://example.com/sync");
  ASSERT_TRUE(await(loop_, store_->add_ended({at_its_end, ""}, Pace::kAtOnce)).has_value());
  std::vector<DueDelivery> owed = due();
  ASSERT_EQ(owed.size(), 2u);
  // Both are due at the same time, in no order.
  EXPECT_EQ((std::set{owed[0].url, owed[1].url}),
            (std::set<std::string>{"https://example.com/own", "https://example.com/sync"}));
  EXPECT_EQ(owed[0].secret, "");
  record({owed[0].delivery.id, DeliveryStatus::kDelivered, {}, at(3000), true, 200, {}, {}});
  EXPECT_EQ(due().size(), 1u);
}

TEST_F(OutboxTest, ACheckupIsToldWithTheEndOfItsLastJob) {
  Webhook both = subscribe(ann_, {kJobEvent, kCheckupEvent});
  AcceptedCheckup accepted;
  accepted.checkup = {new_checkup_id(), ProjectId("prj_1"), ann_, at(1000)};
  accepted.webhook_url = "https://example.com/own";
  std::vector<Job> jobs{job(), job()};
  for (const Job& each : jobs) {
    accepted.jobs.push_back({Job(static_cast<const AcceptedAs&>(each)), "{}", {}, {}});
  }
  ASSERT_TRUE(await(loop_, store_->add_checkup(accepted)).has_value());
  auto checkups = [&] {
    std::size_t count = 0;
    for (const DueDelivery& one : due()) count += one.delivery.event == kCheckupEvent;
    return count;
  };
  end(jobs[0]);
  EXPECT_EQ(checkups(), 0u);
  end(jobs[1]);
  EXPECT_EQ(checkups(), 1u);  // its own URL; two messages of a webhook at a time
  EXPECT_EQ(history(both).size(), 3u);
}

TEST_F(OutboxTest, TwoOfEachWebhookAreDueAtATimeTheOldestFirst) {
  Webhook busy = subscribe(ann_, {kJobEvent});
  for (int i = 0; i < 5; ++i) add_and_end(job());
  Webhook other = subscribe(ann_, {kJobEvent});
  Job last = job();
  last.finished_at = at(2500);
  add_and_end(last);
  std::vector<DueDelivery> owed = due();
  ASSERT_EQ(owed.size(), 3u);
  EXPECT_EQ(owed[0].delivery.webhook, busy.id);
  EXPECT_EQ(owed[2].delivery.webhook, other.id);
  EXPECT_EQ(due(5000, 1).size(), 1u);
  EXPECT_TRUE(due(1999).empty());
}

TEST_F(OutboxTest, AnAttemptSetsTheNextOneOrEndsTheMessage) {
  Webhook webhook = subscribe(ann_, {kJobEvent});
  add_and_end(job());
  DeliveryId id = due()[0].delivery.id;
  record({id, DeliveryStatus::kPending, at(9000), at(3000), true, 500, "status 500", {}});
  EXPECT_TRUE(due(8999).empty());
  EXPECT_EQ(await(loop_, store_->next_due(at(5000))).value(), at(9000));
  record({id, DeliveryStatus::kPending, at(9500), at(9000), false, 0, "our fault", {}});
  record({id, DeliveryStatus::kDelivered, {}, at(9600), true, 204, {}, {}});
  Delivery told = history(webhook).at(0);
  EXPECT_EQ(told.attempts, 2);
  EXPECT_EQ(told.status, DeliveryStatus::kDelivered);
  EXPECT_EQ(told.last_status, 204);
  EXPECT_FALSE(await(loop_, store_->next_due(at(5000))).value());
}

TEST_F(OutboxTest, ADisabledWebhookOwesAndGetsNothing) {
  Webhook webhook = subscribe(ann_, {kJobEvent});
  add_and_end(job());
  add_and_end(job());
  DeliveryAttempt gone;
  gone.id = due()[0].delivery.id;
  gone.status = DeliveryStatus::kFailed;
  gone.disable_webhook = "410";
  record(gone);
  EXPECT_TRUE(due().empty());
  add_and_end(job());
  EXPECT_TRUE(due().empty());
  EXPECT_EQ(await(loop_, store_->find_webhook(ann_, webhook.id)).value()->disabled, "410");
  for (const Delivery& each : history(webhook)) EXPECT_EQ(each.status, DeliveryStatus::kFailed);
}

TEST_F(OutboxTest, TheHistoryOfAWebhookHasABound) {
  Webhook webhook = subscribe(ann_, {kJobEvent});
  for (int i = 0; i < kMaxDeliveryHistory + 5; ++i) {
    Job ended = job();
    ended.finished_at = at(2000 + i);
    add_and_end(ended);
    record({due().at(0).delivery.id, DeliveryStatus::kDelivered, {}, at(3000), true, 200, {}, {}});
  }
  std::vector<Delivery> kept = history(webhook);
  ASSERT_EQ(kept.size(), static_cast<std::size_t>(kMaxDeliveryHistory));
  EXPECT_EQ(kept.front().created_at, at(2000 + kMaxDeliveryHistory + 4));
}

TEST_F(OutboxTest, WhatWaitsForAWebhookHasABound) {
  Webhook webhook = subscribe(ann_, {kJobEvent});
  for (int i = 0; i < kMaxPendingDeliveries + 1; ++i) {
    ASSERT_TRUE(await(loop_, store_->add_ended({job(), ""}, Pace::kAtOnce)).has_value());
  }
  std::int64_t pending = 0, failed = 0;
  for (const Delivery& each : history(webhook)) {
    pending += each.status == DeliveryStatus::kPending;
    failed += each.status == DeliveryStatus::kFailed;
  }
  EXPECT_EQ(pending, kMaxPendingDeliveries);
  EXPECT_EQ(failed, 1);
}

TEST_F(OutboxTest, ARedeliveryHasTheSameIdAndAllAttempts) {
  Webhook webhook = subscribe(ann_, {kJobEvent});
  add_and_end(job());
  DueDelivery first = due()[0];
  record({first.delivery.id, DeliveryStatus::kFailed, {}, at(3000), true, 500, "no", {}});
  EXPECT_TRUE(due().empty());
  EXPECT_TRUE(await(loop_, store_->redeliver(webhook.id, first.delivery.id, at(4000))).value());
  DueDelivery again = due()[0];
  EXPECT_EQ(again.delivery.id, first.delivery.id);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.delivery.attempts, 0);
  EXPECT_FALSE(
      await(loop_, store_->redeliver(WebhookId("whk_other"), first.delivery.id, at(1))).value());
}

TEST_F(OutboxTest, AClientHasOnlySoManyWebhooksAndSeesNoOthers) {
  Webhook first = subscribe(ann_, {kJobEvent});
  subscribe(ann_, {kJobEvent});
  subscribe(ann_, {kJobEvent});
  Webhook fourth = first;
  fourth.id = new_webhook_id();
  auto refused = await(loop_, store_->add_webhook(fourth, 3));
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().kind(), ErrorKind::kConflict);
  EXPECT_FALSE(await(loop_, store_->find_webhook(bob_, first.id)).value());
  EXPECT_FALSE(await(loop_, store_->remove_webhook(bob_, first.id)).value());
  add_and_end(job());
  EXPECT_TRUE(await(loop_, store_->remove_webhook(ann_, first.id)).value());
  EXPECT_TRUE(history(first).empty());
  EXPECT_EQ(await(loop_, store_->webhooks_of(ann_)).value().size(), 2u);
}

TEST_F(OutboxTest, OneTestOfAWebhookIsUnderWayAtATime) {
  Webhook webhook = subscribe(ann_, {kJobEvent});
  Delivery test = await(loop_, store_->add_test(webhook, at(1000))).value();
  EXPECT_TRUE(await(loop_, store_->add_test(webhook, at(1001))).has_error());
  record({test.id, DeliveryStatus::kDelivered, {}, at(2000), true, 200, {}, {}});
  EXPECT_TRUE(await(loop_, store_->add_test(webhook, at(3000))).has_value());
}

}  // namespace
}  // namespace glovebox
