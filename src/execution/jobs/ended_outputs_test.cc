#include "execution/jobs/ended_outputs.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

namespace glovebox {
namespace {

const ClientId kAnn("key:ann");
const ClientId kBob("key:bob");

class EndedOutputsTest : public testing::Test {
 protected:
  LiveJobPtr job(std::string id, ClientId owner, std::size_t bytes) {
    AcceptedAs accepted;
    accepted.id = JobId(std::move(id));
    accepted.owner = std::move(owner);
    auto live = std::make_shared<LiveJob>(loop_, accepted, JobState::kEnded);
    OutputLog log(INT64_MAX, ByteCount(UINT32_MAX));
    log.write(OutputStream::kStdout, std::string(bytes, 'x'));
    log.close();
    live->progress = std::make_unique<JobProgress>(loop_, Job(accepted), std::move(log));
    return live;
  }
  boost::asio::io_context loop_;
  EndedOutputs outputs_{{ByteCount(1 << 20), ByteCount(600 << 10)}};
};

TEST_F(EndedOutputsTest, AllReadersShareOneUntilTheLastReleasesIt) {
  LiveJobPtr first = outputs_.add(job("job_1", kAnn, 100'000)).value();
  LiveJobPtr second = outputs_.add(job("job_1", kAnn, 100'000)).value();
  EXPECT_EQ(first, second);
  EXPECT_EQ(outputs_.find(JobId("job_1")), first);
  EXPECT_EQ(first->shared_from_this(), first);
  EXPECT_LT(outputs_.held().bytes(), 200'000u) << "counted once";
  first.reset();
  EXPECT_NE(outputs_.find(JobId("job_1")), nullptr);
  second.reset();
  EXPECT_EQ(outputs_.find(JobId("job_1")), nullptr);
  EXPECT_EQ(outputs_.held().bytes(), 0u);
}

TEST_F(EndedOutputsTest, OneClientAndAllTogetherAreBounded) {
  std::vector<LiveJobPtr> held;
  Error refused;
  auto fill = [&](const ClientId& owner) {
    for (int i = 0; i < 20; ++i) {
      Result<LiveJobPtr> added =
          outputs_.add(job(owner.str() + std::to_string(i), owner, 100 << 10));
      if (added.has_error()) refused = added.error();
      if (added.has_error()) return i;
      held.push_back(*added);
    }
    return 20;
  };
  EXPECT_LE(fill(kAnn), 5);
  EXPECT_EQ(refused.kind(), ErrorKind::kRateLimit);
  EXPECT_TRUE(refused.retry_after().has_value());
  EXPECT_GE(fill(kBob), 1) << "the other one has room";
  fill(ClientId("key:eve"));
  EXPECT_EQ(refused.kind(), ErrorKind::kQueueFull);
  EXPECT_LE(outputs_.held().bytes(), 1u << 20);
  held.clear();
  EXPECT_EQ(outputs_.held().bytes(), 0u);
}

TEST_F(EndedOutputsTest, ALargerOneIsReadAlone) {
  LiveJobPtr large = outputs_.add(job("job_1", kAnn, 3 << 20)).value();
  EXPECT_FALSE(outputs_.add(job("job_2", kBob, 1)));
  large.reset();
  EXPECT_TRUE(outputs_.add(job("job_2", kBob, 1)));
}

TEST_F(EndedOutputsTest, AReaderMayOutliveTheTable) {
  LiveJobPtr held;
  {
    EndedOutputs outputs({});
    held = outputs.add(job("job_1", kAnn, 10)).value();
  }
  EXPECT_EQ(held->progress->output.log.size(), 1u);
}

}  // namespace
}  // namespace glovebox
