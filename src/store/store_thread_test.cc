#include "store/store_thread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "temp_folder.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;

// Manual requests, and one that holds the thread until the test releases it.
class StoreThreadTest : public testing::Test {
 protected:
  std::filesystem::path file() const { return folder_.path() / "glovebox.db"; }

  struct Log {
    std::mutex mutex;
    std::vector<std::string> completed;
    std::map<std::string, std::string> failed;
  };
  class Write final : public StoreThread::Request {
   public:
    using Work = std::function<Result<void>(SqliteDatabase&)>;
    Write(Log& log, std::string name, Pace pace, Work work)
        : Request(StoreThread::Kind::kDurableWrite, pace),
          log_(log),
          name_(std::move(name)),
          work_(std::move(work)) {}
    Result<void> run(SqliteDatabase& database) override { return work_(database); }
    void fail(Error error) override {
      std::lock_guard lock(log_.mutex);
      log_.failed[name_] = error.message();
    }
    void complete() override {
      std::lock_guard lock(log_.mutex);
      log_.completed.push_back(name_);
    }

   private:
    Log& log_;
    std::string name_;
    Work work_;
  };

  std::unique_ptr<StoreThread> thread(std::size_t capacity,
                                      std::chrono::milliseconds gather = StoreThread::kGather) {
    SqliteDatabase database = SqliteDatabase::open(file()).value();
    (void)database.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (x INTEGER PRIMARY KEY)");
    return std::make_unique<StoreThread>(std::move(database), capacity, gather);
  }
  Result<void> submit(StoreThread& thread, const std::string& name, Write::Work work,
                      StoreThread::Room room = StoreThread::Room::kIfThereIs) {
    std::unique_ptr<StoreThread::Request> request =
        std::make_unique<Write>(log_, name, Pace::kAtOnce, std::move(work));
    return thread.submit(request, room);
  }
  void submit_patient(StoreThread& thread, const std::string& name, Write::Work work) {
    std::unique_ptr<StoreThread::Request> request =
        std::make_unique<Write>(log_, name, Pace::kShared, std::move(work));
    ASSERT_TRUE(thread.submit(request, StoreThread::Room::kAlways));
  }
  static Write::Work insert(int number) {
    return [number](SqliteDatabase& database) -> Result<void> {
      GB_TRY(SqliteStatement insert, database.prepare("INSERT INTO t VALUES (?)"));
      insert.bind(0, std::int64_t{number});
      return insert.run();
    };
  }
  void hold(StoreThread& thread) {
    auto held = std::make_shared<std::promise<void>>();
    std::future<void> is_held = held->get_future();
    Write::Work wait = [held, go = go_.get_future().share()](SqliteDatabase&) {
      held->set_value();
      go.wait();
      return ok();
    };
    ASSERT_TRUE(submit(thread, "hold", std::move(wait)));
    is_held.wait();
  }
  std::int64_t rows() {
    SqliteDatabase database = SqliteDatabase::open(file()).value();
    SqliteStatement count = database.prepare("SELECT count(*) FROM t").value();
    EXPECT_TRUE(count.step());
    return count.number(0);
  }
  TempFolder folder_;
  Log log_;
  std::promise<void> go_;
};

TEST_F(StoreThreadTest, AnExceptionIsTheErrorOfItsRequestOnly) {
  {
    auto store = thread(10);
    hold(*store);
    ASSERT_TRUE(submit(*store, "one", insert(1)));
    ASSERT_TRUE(
        submit(*store, "throws", [](SqliteDatabase&) -> Result<void> { throw std::bad_alloc(); }));
    ASSERT_TRUE(submit(*store, "two", insert(2)));
    go_.set_value();
  }
  EXPECT_THAT(log_.completed, testing::ElementsAre("hold", "one", "throws", "two"));
  EXPECT_EQ(log_.failed.size(), 1u);
  EXPECT_TRUE(log_.failed.contains("throws"));
}

TEST_F(StoreThreadTest, WritesThatWaitTogetherAreOneCommit) {
  auto store = thread(100);
  hold(*store);
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(submit(*store, std::to_string(i), insert(i)));
  EXPECT_EQ(store->commits(), 0);
  go_.set_value();
  ASSERT_TRUE(submit(*store, "last", [](SqliteDatabase&) { return ok(); }));
  store.reset();
  EXPECT_EQ(rows(), 50);
  ASSERT_EQ(log_.completed.size(), 52u);
  EXPECT_EQ(log_.completed[1], "0");
  EXPECT_EQ(log_.completed[50], "49");
  EXPECT_TRUE(log_.failed.empty());
}

TEST_F(StoreThreadTest, TellsTheTimeOfEachCommitAndOfNothingElse) {
  SqliteDatabase database = SqliteDatabase::open(file()).value();
  (void)database.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (x INTEGER PRIMARY KEY)");
  std::vector<std::chrono::nanoseconds> told;
  auto on_commit = [&told](std::chrono::nanoseconds time) { told.push_back(time); };
  {
    StoreThread store(std::move(database), 10, 0ms, nullptr, on_commit);
    ASSERT_TRUE(submit(store, "one", insert(1)));
    ASSERT_TRUE(submit(store, "fails", [](SqliteDatabase&) { return internal_error("no"); }));
  }
  ASSERT_EQ(told.size(), 1u);
  EXPECT_GT(told[0], 0ns);
  EXPECT_LT(told[0], 60s);
}

TEST_F(StoreThreadTest, CountsItsCommits) {
  auto store = thread(1000);
  hold(*store);
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(submit(*store, std::to_string(i), insert(i)));
  std::promise<void> reached;
  ASSERT_TRUE(submit(*store, "last", [&](SqliteDatabase&) {
    reached.set_value();
    return ok();
  }));
  go_.set_value();
  reached.get_future().wait();
  EXPECT_EQ(store->commits(), 2) << "the one that held, and the longest batch";
}

TEST_F(StoreThreadTest, DeferrableWritesJoinTheNextUrgentCommit) {
  auto store = thread(100, 1h);
  std::promise<void> begun;
  submit_patient(*store, "first", [&](SqliteDatabase&) {
    begun.set_value();
    return ok();
  });
  for (int i = 0; i < 5; ++i) submit_patient(*store, std::to_string(i), insert(i));
  EXPECT_EQ(begun.get_future().wait_for(20ms), std::future_status::timeout);
  std::promise<void> reached;
  ASSERT_TRUE(submit(*store, "in haste", [&](SqliteDatabase&) {
    reached.set_value();
    return ok();
  }));
  reached.get_future().wait();
  EXPECT_EQ(store->commits(), 0) << "none went before";
  submit_patient(*store, "at the end", insert(5));
  store.reset();
  EXPECT_EQ(rows(), 6);
}

TEST_F(StoreThreadTest, AFullBatchWaitsForNothing) {
  auto store = thread(1000, 1h);
  std::promise<void> reached;
  for (std::size_t i = 1; i < StoreThread::kLongestBatch; ++i) {
    submit_patient(*store, std::to_string(i), insert(static_cast<int>(i)));
  }
  submit_patient(*store, "last", [&](SqliteDatabase&) {
    reached.set_value();
    return ok();
  });
  reached.get_future().wait();
}

TEST_F(StoreThreadTest, ADeferrableWriteIsCommittedAlone) {
  auto store = thread(100);
  std::promise<void> reached;
  submit_patient(*store, "alone", [&](SqliteDatabase&) {
    reached.set_value();
    return ok();
  });
  reached.get_future().wait();
}

TEST_F(StoreThreadTest, OneBadWriteDoesNotAffectOthers) {
  auto store = thread(100);
  hold(*store);
  for (int i : {1, 2, 1, 3}) ASSERT_TRUE(submit(*store, std::to_string(i), insert(i)));
  go_.set_value();
  store.reset();
  EXPECT_EQ(rows(), 3);
  EXPECT_EQ(log_.completed, (std::vector<std::string>{"hold", "1", "2", "1", "3"}));
  EXPECT_EQ(log_.failed.size(), 1u);
  EXPECT_TRUE(log_.failed.contains("1"));
}

TEST_F(StoreThreadTest, RefusesMoreThanItsCapacityButNeverTheEndOfAJob) {
  auto store = thread(3);
  hold(*store);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(submit(*store, std::to_string(i), insert(i)));
  Result<void> refused = submit(*store, "3", insert(3));
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().kind(), ErrorKind::kQueueFull);
  EXPECT_EQ(refused.error().details().at("observed"), 3);
  EXPECT_TRUE(submit(*store, "end", insert(4), StoreThread::Room::kAlways));
  go_.set_value();
  store.reset();
  EXPECT_EQ(rows(), 4);
}

}  // namespace
}  // namespace glovebox
