// The quota of the data directory, through the service.
#include "execution/projects/storage.h"

#include <future>

#include "execution/service_fixture.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;

class StorageTest : public ServiceTest {
 protected:
  void SetUp() override {
    options_.sweep_interval = 10h;
    options_.project_ttl = 1h;
    options_.storage.limits.quota = ByteCount(4000);
  }
  Result<ProjectId> upload_bytes(std::size_t size, char fill, const ClientId& owner) {
    return upload(std::string(size, fill), owner);
  }
  Result<StorageLedger::Room> room(const ClientId& owner, std::uint64_t bytes) {
    return await(loop_, service_->parts().projects.make_room(owner, ByteCount(bytes)));
  }
};

TEST_F(StorageTest, AClientMayFillAQuarterAndOthersStillGetTheirs) {
  start();
  EXPECT_TRUE(upload_bytes(600, 'a', ann_));
  EXPECT_TRUE(upload_bytes(600, 'a', ann_)) << "the same files take nothing more";
  Error refused = upload_bytes(401, 'b', ann_).error();
  EXPECT_EQ(refused.kind(), ErrorKind::kRateLimit);
  EXPECT_EQ(refused.retry_after(), std::chrono::seconds(3600));
  EXPECT_EQ(room(ann_, 401).error().kind(), ErrorKind::kRateLimit);
  EXPECT_TRUE(upload_bytes(400, 'b', ann_));
  EXPECT_TRUE(upload_bytes(1000, 'c', bob_));
}

TEST_F(StorageTest, ARefusedProjectLeavesNothing) {
  start();
  EXPECT_TRUE(upload_bytes(1001, 'b', ann_).has_error());
  EXPECT_TRUE(run_until(loop_, [&] { return trees_->tree_count() == 0; }));
  EXPECT_TRUE(store_.projects.empty());
  EXPECT_TRUE(upload_bytes(1000, 'b', ann_));
}

TEST_F(StorageTest, AFullStorageRefusesAllUntilSomethingIsDeleted) {
  start();
  std::vector<ProjectId> projects;
  for (char owner = 'a'; owner < 'e'; ++owner) {
    ClientId client(std::string(1, owner));
    projects.push_back(upload_bytes(1000, owner, client).value());
  }
  Error refused = room(ann_, 1).error();
  EXPECT_EQ(refused.kind(), ErrorKind::kQueueFull);
  EXPECT_EQ(await(loop_, service_->parts().projects.add_example(bob_, ToolId("cat"), "small"))
                .error()
                .kind(),
            ErrorKind::kQueueFull);
  EXPECT_TRUE(await(loop_, service_->parts().projects.remove(ClientId("a"), projects[0])));
  EXPECT_TRUE(room(ann_, 1000));
}

TEST_F(StorageTest, OnlyExpiredItemsAreRemovedFirst) {
  start();
  upload_bytes(1000, 'a', ClientId("a")).value();
  clock_.advance(30min);
  for (char owner = 'b'; owner < 'e'; ++owner) {
    upload_bytes(1000, owner, ClientId(std::string(1, owner))).value();
  }
  EXPECT_TRUE(room(ann_, 500).has_error());
  clock_.advance(30min);
  EXPECT_TRUE(room(ann_, 500));
  EXPECT_EQ(store_.projects.size(), 3u);
}

TEST_F(StorageTest, ExpiredItemsAreRemovedAlsoForAStoredProject) {
  start();
  upload_bytes(1000, 'a', ann_).value();
  clock_.advance(1h);
  EXPECT_TRUE(upload_bytes(1000, 'b', ann_));
}

TEST_F(StorageTest, AProjectInUseStaysAlthoughItHasExpired) {
  start();
  hang();
  ProjectId project = upload_bytes(1000, 'a', ann_).value();
  JobId job = submit(ann_, project).value();
  settle(loop_);
  clock_.advance(2h);
  EXPECT_TRUE(room(ann_, 500).has_error());
  EXPECT_EQ(status_of(ann_, job), JobStatus::kRunning);
  sandbox_->end(0);
  EXPECT_EQ(wait(job).job.status, JobStatus::kCompleted);
  EXPECT_TRUE(room(ann_, 500));
}

TEST_F(StorageTest, ContentOfAnEarlierProcessIsCounted) {
  start();
  ProjectId project = upload_bytes(900, 'a', ann_).value();
  await(loop_, service_->drain(0ms));
  service_.reset();
  sandbox_.reset();
  start();
  EXPECT_EQ(room(ann_, 101).error().kind(), ErrorKind::kRateLimit);
  EXPECT_TRUE(room(ann_, 100));
  EXPECT_TRUE(await(loop_, service_->parts().projects.remove(ann_, project)));
  EXPECT_TRUE(room(ann_, 1000));
}

TEST_F(StorageTest, ATreeThatNoProjectNamesIsRemovedAtTheStart) {
  trees_->leave_behind("never recorded");
  start();
  EXPECT_TRUE(room(ann_, 1));
  EXPECT_EQ(trees_->tree_count(), 0u);
}

TEST_F(StorageTest, CountsOtherMeasuredContent) {
  options_.storage.measure = []() -> Result<ByteCount> { return ByteCount(3950); };
  start();
  EXPECT_TRUE(room(ann_, 50));
  EXPECT_EQ(room(ann_, 51).error().kind(), ErrorKind::kQueueFull);
}

TEST_F(StorageTest, AMeasurementThatIsAlwaysDisturbedCountsAtTheFifthTry) {
  std::unique_ptr<Storage> storage;
  int made = 0;
  StorageOptions options;
  // Something is added during each walk.
  options.measure = [&]() -> Result<ByteCount> {
    std::promise<void> added;
    boost::asio::post(loop_, [&] {
      std::string name = std::to_string(++made);
      storage->ledger().add({name, ann_, name, ByteCount(10), clock_.wall_now()});
      added.set_value();
    });
    added.get_future().wait();
    return ByteCount(1000);
  };
  storage = std::make_unique<Storage>(Storage::Deps{loop_, pool_, clock_, {}}, options);
  for (int i = 1; i <= 4; ++i) {
    await(loop_, storage->measure_when_due());
    EXPECT_EQ(storage->ledger().used(), ByteCount(10 * static_cast<std::uint64_t>(i)));
  }
  await(loop_, storage->measure_when_due());
  EXPECT_EQ(storage->ledger().used(), ByteCount(1000));
  await(loop_, storage->measure_when_due());
  EXPECT_EQ(made, 5) << "it is not due again";
}

TEST_F(StorageTest, RoomThatIsHeldCounts) {
  start();
  auto held = room(ann_, 1000);
  ASSERT_TRUE(held);
  EXPECT_TRUE(room(ann_, 1).has_error());
  held->release();
  EXPECT_TRUE(room(ann_, 1000));
}

TEST_F(StorageTest, AFullDiskWhileUnpackingIsARefusal) {
  start();
  store_.fault = Error::from_errno("write", "x", ENOSPC);
  Error refused = upload_bytes(10, 'a', ann_).error();
  EXPECT_EQ(refused.kind(), ErrorKind::kQueueFull);
  EXPECT_NE(refused.message().find("disk is full"), std::string::npos);
}

}  // namespace
}  // namespace glovebox
