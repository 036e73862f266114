#include "execution/webhooks/outbox_worker.h"

#include <gtest/gtest.h>

#include <deque>

#include "execution/webhooks/webhook_signature.h"
#include "manual_clock.h"
#include "run_loop.h"
#include "store/sqlite_store.h"

namespace glovebox {
namespace {

// Holds each request until the test answers it.
class HeldOutbound final : public Outbound {
 public:
  explicit HeldOutbound(boost::asio::io_context& loop) : loop_(loop) {}

  Awaitable<Result<OutboundAnswer>> send(OutboundRequest request) override {
    auto call = std::make_shared<Call>(loop_, std::move(request));
    calls.push_back(call);
    co_await call->answered.wait();
    co_return std::move(*call->answer);
  }
  std::string outage() const override { return why; }

  struct Call {
    Call(boost::asio::io_context& loop, OutboundRequest asked)
        : request(std::move(asked)), answered(loop) {}
    OutboundRequest request;
    std::optional<Result<OutboundAnswer>> answer;
    Event answered;
  };
  void answer(std::size_t index, Result<OutboundAnswer> with) {
    calls[index]->answer = std::move(with);
    calls[index]->answered.set();
  }
  std::deque<std::shared_ptr<Call>> calls;
  std::string why;

 private:
  boost::asio::io_context& loop_;
};

OutboundAnswer with_status(int status) {
  OutboundAnswer answer;
  answer.status = status;
  return answer;
}

class OutboxWorkerTest : public testing::Test {
 protected:
  void SetUp() override {
    OutboxWorker::Options options;
    options.request_secrets = {secret_};
    worker_.emplace(OutboxWorker::Deps{loop_, *store_, outbound_, clock_}, std::move(options));
    tasks_.spawn("worker", worker_->work());
  }
  void TearDown() override {
    for (std::size_t i = 0; i < outbound_.calls.size(); ++i) {
      if (!outbound_.calls[i]->answer) outbound_.answer(i, with_status(200));
    }
    await(loop_, worker_->stop(std::chrono::seconds(5)));
  }
  Webhook subscribe(const ClientId& owner) {
    Webhook webhook;
    webhook.id = new_webhook_id();
    webhook.owner = owner;
    webhook.url = "https://example.com/hook";
    webhook.events = {WebhookEvent::kJobCompleted};
    webhook.secret = new_webhook_secret();
    worker_->begin_use();
    EXPECT_TRUE(await(loop_, store_->add_webhook(webhook, 10)).has_value());
    return webhook;
  }
  void end_job(const ClientId& owner, const std::string& url = {}) {
    AcceptedAs accepted{new_job_id(), ToolId("t"), ProjectId("p"), owner, clock_.wall_now(), url};
    Job job(accepted);
    job.status = JobStatus::kCompleted;
    job.finished_at = clock_.wall_now();
    ASSERT_TRUE(await(loop_, store_->add_ended({job, ""}, Pace::kAtOnce)).has_value());
    worker_->job_recorded(job);
  }
  bool sends(std::size_t calls) {
    return run_until(loop_, [&] { return outbound_.calls.size() >= calls; });
  }
  Delivery only_delivery(const Webhook& webhook) {
    return await(loop_, store_->deliveries_of(webhook.id, 10)).value().at(0);
  }

  const ClientId ann_{"ann"}, bob_{"bob"}, cid_{"cid"};
  const std::string secret_ = new_webhook_secret();
  boost::asio::io_context loop_;
  ManualClock clock_;
  std::unique_ptr<SqliteStore> store_ = SqliteStore::open(":memory:").value();
  HeldOutbound outbound_{loop_};
  BackgroundTasks tasks_{loop_};
  std::optional<OutboxWorker> worker_;
};

TEST_F(OutboxWorkerTest, SendsSignedAndRecordsTheAnswer) {
  Webhook webhook = subscribe(ann_);
  end_job(ann_);
  ASSERT_TRUE(sends(1));
  const OutboundRequest& request = outbound_.calls[0]->request;
  HeaderFields fields = request.headers;
  ASSERT_EQ(fields.size(), 4u);
  EXPECT_EQ(fields[1].first, "webhook-id");
  EXPECT_EQ(fields[3].second, sign_webhook({webhook.secret}, fields[1].second,
                                           std::stoll(fields[2].second), request.body));
  outbound_.answer(0, with_status(204));
  ASSERT_TRUE(run_until(
      loop_, [&] { return only_delivery(webhook).status == DeliveryStatus::kDelivered; }));
}

TEST_F(OutboxWorkerTest, TwoSecretsSignWhileOneIsRotated) {
  Webhook webhook = subscribe(ann_);
  webhook.old_secret = new_webhook_secret();
  webhook.old_secret_until = clock_.wall_now() + std::chrono::hours(1);
  ASSERT_TRUE(await(loop_, store_->update_webhook(webhook)).has_value());
  end_job(ann_);
  ASSERT_TRUE(sends(1));
  std::string value = outbound_.calls[0]->request.headers[3].second;
  EXPECT_EQ(std::count(value.begin(), value.end(), ' '), 1);
}

TEST_F(OutboxWorkerTest, TheUrlOfARequestIsSignedWithTheServersSecret) {
  worker_->begin_use();
  end_job(ann_, "https://example.com/own");
  ASSERT_TRUE(sends(1));
  const OutboundRequest& request = outbound_.calls[0]->request;
  EXPECT_EQ(request.url, "https://example.com/own");
  EXPECT_EQ(request.headers[3].second,
            sign_webhook({secret_}, request.headers[1].second,
                         std::stoll(request.headers[2].second), request.body));
}

TEST_F(OutboxWorkerTest, AFailedMessageIsSentAgainWithItsIdWhenItIsDue) {
  subscribe(ann_);
  end_job(ann_);
  ASSERT_TRUE(sends(1));
  outbound_.answer(0, with_status(500));
  loop_.restart();
  loop_.run_for(std::chrono::milliseconds(50));
  EXPECT_EQ(outbound_.calls.size(), 1u);
  clock_.advance(std::chrono::seconds(6));
  worker_->wake();
  ASSERT_TRUE(sends(2));
  EXPECT_EQ(outbound_.calls[1]->request.headers[1], outbound_.calls[0]->request.headers[1]);
  EXPECT_EQ(outbound_.calls[1]->request.body, outbound_.calls[0]->request.body);
}

TEST_F(OutboxWorkerTest, ASlowOwnerTakesThreeCallsAndAllTogetherSix) {
  for (const ClientId& owner : {ann_, bob_, cid_}) {
    for (int i = 0; i < 4; ++i) subscribe(owner);
  }
  end_job(ann_);
  ASSERT_TRUE(sends(3));
  loop_.restart();
  loop_.run_for(std::chrono::milliseconds(50));
  EXPECT_EQ(outbound_.calls.size(), 3u);
  end_job(bob_);
  ASSERT_TRUE(sends(6));
  end_job(cid_);
  loop_.restart();
  loop_.run_for(std::chrono::milliseconds(50));
  EXPECT_EQ(outbound_.calls.size(), 6u);
  outbound_.answer(0, with_status(200));
  EXPECT_TRUE(sends(7));
}

TEST_F(OutboxWorkerTest, WithoutAWebhookTheEndOfAJobAsksTheStoreNothing) {
  // The store answers in order: once it has answered us as often as the worker asks at its start,
  // the worker sleeps.
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(await(loop_, store_->next_due(clock_.wall_now())).has_value());
  }
  end_job(ann_, "https://example.com/own");
  loop_.restart();
  loop_.run_for(std::chrono::milliseconds(50));
  EXPECT_TRUE(outbound_.calls.empty());
  // A later process finds what is owed.
  OutboxWorker next(OutboxWorker::Deps{loop_, *store_, outbound_, clock_}, {{secret_}});
  tasks_.spawn("next worker", next.work());
  EXPECT_TRUE(sends(1));
  outbound_.answer(0, with_status(200));
  await(loop_, next.stop(std::chrono::seconds(5)));
}

TEST_F(OutboxWorkerTest, NothingIsSentDuringAnOutageAndEverythingAfterIt) {
  subscribe(ann_);
  outbound_.why = "the sender is being started";
  end_job(ann_);
  loop_.restart();
  loop_.run_for(std::chrono::milliseconds(50));
  EXPECT_TRUE(outbound_.calls.empty());
  outbound_.why.clear();
  EXPECT_TRUE(sends(1));
}

}  // namespace
}  // namespace glovebox
