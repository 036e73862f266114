#include "queue/job_queue.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace glovebox {
namespace {

void add(JobQueue& queue, const std::string& client, const std::string& job) {
  ASSERT_TRUE(queue.reserve());
  queue.push(ClientId(client), JobId(job));
}

std::string take_all(JobQueue& queue) {
  std::string order;
  while (std::optional<JobId> job = queue.take()) {
    order += (order.empty() ? "" : " ") + job->str();
    queue.finish(*job);
  }
  return order;
}

TEST(JobQueueTest, ServesOneClientInTheOrderOfArrival) {
  JobQueue queue(10);
  for (const char* job : {"a1", "a2", "a3"}) add(queue, "a", job);
  EXPECT_EQ(take_all(queue), "a1 a2 a3");
  EXPECT_EQ(queue.take(), std::nullopt);
}

TEST(JobQueueTest, ClientsTakeTurnsInTheQueue) {
  JobQueue queue(10);
  for (const char* job : {"a1", "a2", "a3"}) add(queue, "a", job);
  for (const char* job : {"b1", "b2"}) add(queue, "b", job);
  add(queue, "c", "c1");
  EXPECT_EQ(take_all(queue), "a1 b1 c1 a2 b2 a3");
}

TEST(JobQueueTest, ABacklogDoesNotDelayAnotherClientsFirstJob) {
  JobQueue queue(1000);
  for (int i = 0; i < 900; ++i) add(queue, "hog", "hog" + std::to_string(i));
  for (int i = 0; i < 10; ++i) queue.take();
  EXPECT_EQ(queue.next_position(ClientId("late")), 2u);
  add(queue, "late", "late1");
  EXPECT_EQ(queue.position(JobId("late1")), 2u);
  queue.take();
  EXPECT_EQ(queue.take(), JobId("late1"));
}

TEST(JobQueueTest, AClientThatReturnsRepeatedlyDoesNotDelayABacklog) {
  JobQueue queue(10);
  for (const char* job : {"b1", "b2", "b3"}) add(queue, "b", job);
  std::string order;
  for (int i = 0; i < 6; ++i) {
    std::string again = "a" + std::to_string(i);
    add(queue, "a", again);
    order += queue.take()->str() + " ";
    queue.cancel(JobId(again));
  }
  EXPECT_EQ(order, "b1 b2 b3 a3 a4 a5 ");

  for (const char* job : {"c1", "c2", "c3"}) add(queue, "c", job);
  order.clear();
  add(queue, "d", "d0");
  for (int i = 1; i < 6; ++i) {
    std::string job = queue.take()->str();
    order += job + " ";
    if (job.front() == 'd') add(queue, "d", "d" + std::to_string(i));
  }
  EXPECT_EQ(order, "c1 d0 c2 d2 c3 ");
}

TEST(JobQueueTest, HasExactlyItsCapacityAndNamesTheLimit) {
  JobQueue queue(2);
  add(queue, "a", "a1");
  ASSERT_TRUE(queue.reserve());
  Result<void> refused = queue.reserve();
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().kind(), ErrorKind::kQueueFull);
  EXPECT_EQ(refused.error().details().at("limit"), "queue_capacity");
  EXPECT_EQ(refused.error().details().at("configured"), 2);
  EXPECT_EQ(refused.error().details().at("observed"), 2);
  queue.give_back();
  EXPECT_TRUE(queue.reserve());
}

TEST(JobQueueTest, LeasesDoNotCountAgainstTheCapacity) {
  JobQueue queue(1);
  add(queue, "a", "a1");
  EXPECT_TRUE(queue.reserve().has_error());
  EXPECT_EQ(queue.take(), JobId("a1"));
  EXPECT_EQ(queue.leased(), 1u);
  EXPECT_TRUE(queue.reserve());
  queue.finish(JobId("a1"));
  queue.finish(JobId("a1"));
  EXPECT_EQ(queue.leased(), 0u);
}

TEST(JobQueueTest, ALostJobIsTheNextOfItsClientAgain) {
  JobQueue queue(10);
  for (const char* job : {"a1", "a2"}) add(queue, "a", job);
  add(queue, "b", "b1");
  EXPECT_EQ(queue.take(), JobId("a1"));
  queue.lose(JobId("a1"));
  queue.lose(JobId("a1"));
  EXPECT_EQ(queue.leased(), 0u);
  EXPECT_EQ(queue.pending(), 3u);
  EXPECT_EQ(take_all(queue), "b1 a1 a2");
}

TEST(JobQueueTest, JobsBehindACancelledJobMoveUp) {
  JobQueue queue(10);
  for (const char* job : {"a1", "a2", "a3"}) add(queue, "a", job);
  for (const char* job : {"b1", "b2", "b3"}) add(queue, "b", job);
  EXPECT_TRUE(queue.cancel(JobId("a1")));
  EXPECT_FALSE(queue.cancel(JobId("a1")));
  EXPECT_EQ(queue.position(JobId("a1")), std::nullopt);
  EXPECT_EQ(queue.position(JobId("a2")), 1u);
  EXPECT_EQ(queue.position(JobId("b1")), 2u);
  EXPECT_EQ(take_all(queue), "a2 b1 a3 b2 b3");
}

TEST(JobQueueTest, CancelDoesNotTouchALease) {
  JobQueue queue(10);
  add(queue, "a", "a1");
  queue.take();
  EXPECT_FALSE(queue.cancel(JobId("a1")));
  EXPECT_EQ(queue.leased(), 1u);
}

// The same rules, written simply: each round serves every client that waited when the round began,
// once.
class NaiveQueue {
 public:
  void push(const std::string& client, const std::string& job) {
    if (!jobs_.contains(client)) next_.push_back(client);
    jobs_[client].push_back(job);
  }
  void cancel(std::string client, std::size_t index) {
    jobs_[client].erase(jobs_[client].begin() + static_cast<std::ptrdiff_t>(index));
    if (jobs_[client].empty()) forget(client);
  }
  std::string take() {
    if (now_.empty()) now_.swap(next_);
    std::string client = now_.front();
    now_.pop_front();
    std::string job = jobs_[client].front();
    jobs_[client].pop_front();
    if (jobs_[client].empty()) {
      jobs_.erase(client);
    } else {
      // Clients keep their order: later clients are behind.
      auto before = std::find_if(next_.begin(), next_.end(), [&](const std::string& other) {
        return came_[other] > came_[client];
      });
      next_.insert(before, client);
    }
    return job;
  }
  void note_arrival(const std::string& client) {
    if (!jobs_.contains(client)) came_[client] = ++count_;
  }
  std::vector<std::string> order() const {
    NaiveQueue copy = *this;
    std::vector<std::string> all;
    while (!copy.jobs_.empty()) all.push_back(copy.take());
    return all;
  }
  std::map<std::string, std::deque<std::string>> jobs_;

 private:
  void forget(const std::string& client) {
    jobs_.erase(client);
    std::erase(now_, client);
    std::erase(next_, client);
  }
  std::deque<std::string> now_, next_;
  std::map<std::string, int> came_;
  int count_ = 0;
};

TEST(JobQueueTest, PositionsAreThePlacesInTheOrderOfDispatch) {
  std::mt19937 random(7);
  JobQueue queue(1000);
  NaiveQueue naive;
  for (int step = 0; step < 1500; ++step) {
    int what = static_cast<int>(random() % 10);
    if (what < 5) {
      std::string client = "c" + std::to_string(random() % 6);
      std::string job = "j" + std::to_string(step);
      naive.note_arrival(client);
      naive.push(client, job);
      add(queue, client, job);
    } else if (what < 8 && queue.pending() > 0) {
      ASSERT_EQ(queue.take()->str(), naive.take());
    } else if (queue.pending() > 0) {
      auto of = std::next(naive.jobs_.begin(),
                          static_cast<std::ptrdiff_t>(random() % naive.jobs_.size()));
      std::size_t index = random() % of->second.size();
      ASSERT_TRUE(queue.cancel(JobId(of->second[index])));
      naive.cancel(of->first, index);
    }
    std::vector<std::string> order = naive.order();
    ASSERT_EQ(order.size(), queue.pending());
    for (std::size_t i = 0; i < order.size(); ++i) {
      ASSERT_EQ(queue.position(JobId(order[i])), i + 1) << "step " << step;
    }
  }
}

}  // namespace
}  // namespace glovebox
