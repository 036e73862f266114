#include "execution/projects/storage_ledger.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <optional>
#include <sstream>

#include "base/scope_exit.h"
#include "manual_clock.h"

namespace glovebox {
namespace {

using std::chrono::hours;

std::string text_of(const Error& error, std::string_view key) {
  return std::string(error.details().at(key).as_string());
}

class StorageLedgerTest : public testing::Test {
 protected:
  StorageLedger ledger(std::uint64_t quota, std::size_t items = 1000) {
    StorageLimits limits;
    limits.quota = ByteCount(quota);
    limits.items = items;
    StorageLedger::DiskProbe probe;
    if (disk_) probe = [this]() -> Result<DiskSpace> { return *disk_; };
    return StorageLedger(limits, clock_, probe);
  }
  StorageItem item(const std::string& id, const ClientId& owner, const std::string& content,
                   std::uint64_t bytes, hours life = hours(24)) {
    return {id, owner, content, ByteCount(bytes), clock_.wall_now() + life};
  }

  const ClientId ann_{"ann"};
  const ClientId bob_{"bob"};
  ManualClock clock_;
  std::optional<DiskSpace> disk_;
};

TEST_F(StorageLedgerTest, CountsSharedContentOnceForAllAndOnceForEachClient) {
  StorageLedger ledger = this->ledger(4000);
  ledger.add(item("p1", ann_, "tree", 100));
  ledger.add(item("p2", ann_, "tree", 100));
  ledger.add(item("p3", bob_, "tree", 100));
  EXPECT_EQ(ledger.used(), ByteCount(100));
  EXPECT_EQ(ledger.used_by(ann_), ByteCount(100));
  EXPECT_EQ(ledger.used_by(bob_), ByteCount(100));
  ledger.remove("p1");
  ledger.remove("p1");
  EXPECT_EQ(ledger.used_by(ann_), ByteCount(100));
  ledger.remove("p2");
  EXPECT_EQ(ledger.used_by(ann_), ByteCount(0));
  EXPECT_EQ(ledger.used(), ByteCount(100));
  ledger.remove("p3");
  EXPECT_EQ(ledger.used(), ByteCount(0));
  EXPECT_EQ(ledger.next_expiry(), std::nullopt);
}

TEST_F(StorageLedgerTest, AnItemWithTheSameIdIsReplaced) {
  StorageLedger ledger = this->ledger(4000);
  ledger.add(item("p1", ann_, "tree", 100));
  ledger.add(item("p1", ann_, "tree", 100));
  ledger.add(item("p1", bob_, "other", 70));
  EXPECT_EQ(ledger.used(), ByteCount(70));
  EXPECT_EQ(ledger.used_by(ann_), ByteCount(0));
}

TEST_F(StorageLedgerTest, RoomIsReservedUpToTheQuotaAndReleased) {
  StorageLedger ledger = this->ledger(1000);
  ledger.set_other(ByteCount(800));
  auto room = ledger.reserve(ann_, ByteCount(150));
  ASSERT_FALSE(room.has_error());
  EXPECT_EQ(ledger.used(), ByteCount(950));
  EXPECT_FALSE(room->grow_to(ByteCount(200)).has_error());
  EXPECT_FALSE(room->grow_to(ByteCount(10)).has_error());
  EXPECT_EQ(ledger.used(), ByteCount(1000));
  EXPECT_EQ(room->grow_to(ByteCount(201)).error().kind(), ErrorKind::kQueueFull);
  EXPECT_TRUE(ledger.reserve(bob_, ByteCount(1)).has_error());
  StorageLedger::Room moved = std::move(*room);
  moved = StorageLedger::Room();
  EXPECT_EQ(ledger.used(), ByteCount(800));
  EXPECT_EQ(ledger.used_by(ann_), ByteCount(0));
  EXPECT_FALSE(ledger.reserve(bob_, ByteCount(200)).has_error());
}

TEST_F(StorageLedgerTest, RoomThatLeftTheShareCountsInTotalUntilReleased) {
  StorageLedger ledger = this->ledger(1000);
  auto room = ledger.reserve(ann_, ByteCount(250));
  ASSERT_FALSE(room.has_error());
  EXPECT_TRUE(ledger.check(item("p1", ann_, "a", 250)).has_error());
  room->leave_share();
  room->leave_share();
  EXPECT_EQ(ledger.used_by(ann_), ByteCount(0));
  EXPECT_EQ(ledger.used(), ByteCount(250));
  EXPECT_FALSE(ledger.check(item("p1", ann_, "a", 250)).has_error());
  ledger.set_other(ByteCount(501));
  EXPECT_TRUE(ledger.check(item("p1", ann_, "a", 250)).has_error());
  StorageLedger::Room moved = std::move(*room);
  moved.release();
  EXPECT_EQ(ledger.used(), ByteCount(501));
}

TEST_F(StorageLedgerTest, ARefusalHasTheUsageAndTheNextExpiry) {
  StorageLedger ledger = this->ledger(1000);
  ledger.add(item("p1", ann_, "a", 200, hours(2)));
  ledger.add(item("p2", bob_, "b", 200, hours(1)));
  ledger.set_other(ByteCount(500));
  Error error = ledger.reserve(ClientId("eve"), ByteCount(101)).error();
  EXPECT_EQ(error.kind(), ErrorKind::kQueueFull);
  EXPECT_EQ(error.retry_after(), std::chrono::seconds(3600));
  EXPECT_EQ(text_of(error, "limit"), "storage_quota");
  EXPECT_EQ(error.details().at("configured").to_number<std::int64_t>(), 1000);
  EXPECT_EQ(error.details().at("observed").to_number<std::int64_t>(), 1001);
  std::string next = format_rfc3339(clock_.wall_now() + hours(1));
  EXPECT_EQ(text_of(error, "nextExpiry"), next);
  for (const std::string& part : {std::string("900 bytes"), std::string("1000 bytes"), next}) {
    EXPECT_NE(error.message().find(part), std::string::npos) << error.message();
  }
  EXPECT_FALSE(ledger.reserve(ClientId("eve"), ByteCount(100)).has_error());
}

TEST_F(StorageLedgerTest, OneClientGetsAQuarterAndOthersStillGetTheirs) {
  StorageLedger ledger = this->ledger(4000);
  ledger.add(item("p1", ann_, "a", 600));
  ledger.add(item("job_1", ann_, "job_1", 300));
  auto room = ledger.reserve(ann_, ByteCount(100));
  ASSERT_FALSE(room.has_error());
  Error error = ledger.reserve(ann_, ByteCount(1)).error();
  EXPECT_EQ(error.kind(), ErrorKind::kRateLimit);
  EXPECT_EQ(error.details().at("configured").to_number<std::int64_t>(), 1000);
  EXPECT_EQ(error.retry_after(), std::chrono::seconds(24 * 3600));
  EXPECT_TRUE(ledger.check(item("p2", ann_, "b", 1)).has_error());
  EXPECT_FALSE(ledger.check(item("p2", ann_, "a", 600)).has_error());
  EXPECT_FALSE(ledger.reserve(bob_, ByteCount(1000)).has_error());
  EXPECT_TRUE(ledger.reserve(bob_, ByteCount(1001)).has_error());
}

TEST_F(StorageLedgerTest, StoredContentNeedsNoMoreRoom) {
  StorageLedger ledger = this->ledger(1000);
  ledger.add(item("p1", ann_, "a", 200));
  ledger.set_other(ByteCount(800));
  EXPECT_FALSE(ledger.check(item("p2", bob_, "a", 200)).has_error());
  EXPECT_EQ(ledger.check(item("p2", bob_, "b", 1)).error().kind(), ErrorKind::kQueueFull);
}

TEST_F(StorageLedgerTest, ItsTableIsBoundedInTotalAndForEachClient) {
  StorageLedger ledger = this->ledger(0, 8);
  ledger.add(item("p1", ann_, "a", 1));
  EXPECT_FALSE(ledger.reserve(ann_, ByteCount(1)).has_error());
  ledger.add(item("p2", ann_, "a", 1));
  EXPECT_EQ(ledger.reserve(ann_, ByteCount(1)).error().kind(), ErrorKind::kRateLimit);
  EXPECT_EQ(ledger.check(item("p3", ann_, "a", 1)).error().kind(), ErrorKind::kRateLimit);
  for (int i = 0; i < 6; ++i) {
    EXPECT_FALSE(ledger.reserve(bob_, ByteCount(1)).has_error());
    std::string name = std::to_string(i);
    ledger.add(item(name, ClientId(name), name, 1));
  }
  EXPECT_EQ(ledger.reserve(bob_, ByteCount(1)).error().kind(), ErrorKind::kQueueFull);
}

TEST_F(StorageLedgerTest, WithoutAQuotaNothingIsCountedAgainstAnybody) {
  StorageLedger ledger = this->ledger(0);
  EXPECT_FALSE(ledger.reserve(ann_, ByteCount(1ULL << 50)).has_error());
  EXPECT_FALSE(StorageLedger::Room().grow_to(ByteCount(1ULL << 50)).has_error());
}

TEST_F(StorageLedgerTest, ANearlyFullDiskRefusesLikeAFullQuota) {
  disk_ = DiskSpace{ByteCount(2000), ByteCount(150), 1};
  StorageLedger ledger = this->ledger(0);
  EXPECT_FALSE(ledger.reserve(ann_, ByteCount(50)).has_error());
  Error error = ledger.reserve(ann_, ByteCount(51)).error();
  EXPECT_EQ(error.kind(), ErrorKind::kQueueFull);
  EXPECT_EQ(text_of(error, "limit"), "disk");
  EXPECT_TRUE(error.retry_after().has_value());
  disk_->inodes_available = 0.04;
  EXPECT_TRUE(ledger.reserve(ann_, ByteCount(0)).has_error());
  // On a large disk 1 GiB stays free, not 5 %.
  disk_ = DiskSpace{ByteCount(1ULL << 50), ByteCount(1ULL << 30), 1};
  EXPECT_FALSE(ledger.reserve(ann_, ByteCount(0)).has_error());
  EXPECT_TRUE(ledger.reserve(ann_, ByteCount(1)).has_error());
}

TEST_F(StorageLedgerTest, ListsWhatHasExpired) {
  StorageLedger ledger = this->ledger(1000);
  ledger.add(item("p1", ann_, "a", 1, hours(1)));
  EXPECT_FALSE(ledger.has_expired());
  clock_.advance(hours(1));
  EXPECT_TRUE(ledger.has_expired());
}

TEST_F(StorageLedgerTest, WarnsOnceAtNineTenths) {
  std::ostringstream log;
  auto before = spdlog::default_logger();
  auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(log);
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("test", sink));
  ScopeExit restore([&] { spdlog::set_default_logger(before); });
  StorageLedger ledger = this->ledger(1000);
  auto warnings = [&] {
    int count = 0;
    std::string text = log.str();
    for (std::size_t at = 0; (at = text.find("storage_quota", at)) != std::string::npos; ++at) {
      ++count;
    }
    return count;
  };
  ledger.set_other(ByteCount(899));
  EXPECT_EQ(warnings(), 0);
  ledger.set_other(ByteCount(900));
  ledger.set_other(ByteCount(950));
  ledger.set_other(ByteCount(850));
  ledger.set_other(ByteCount(900));
  EXPECT_EQ(warnings(), 1);
  ledger.set_other(ByteCount(700));
  ledger.set_other(ByteCount(900));
  EXPECT_EQ(warnings(), 2);
}

}  // namespace
}  // namespace glovebox
