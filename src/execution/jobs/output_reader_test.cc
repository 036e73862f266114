#include "execution/jobs/output_reader.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "execution/jobs/output_log.h"
#include "execution/jobs/stdin_file.h"
#include "run_loop.h"

namespace glovebox {
namespace {

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    ssize_t n = ::write(fd, text.data(), text.size());
    ASSERT_GT(n, 0);
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

class OutputReaderTest : public testing::Test {
 protected:
  OutputReader::Sink collect() {
    return [this](OutputStream stream, std::string_view bytes) {
      (stream == OutputStream::kStdout ? out_ : err_) += bytes;
    };
  }
  boost::asio::io_context loop_;
  std::shared_ptr<OutputTurns> turns_ = std::make_shared<OutputTurns>(loop_);
  std::string out_, err_;
};

TEST_F(OutputReaderTest, DistinguishesTheStreams) {
  OutputReader reader(turns_, collect());
  Result<OutputReader::WriteEnds> ends = reader.open();
  ASSERT_TRUE(ends);
  write_all(ends->out.get(), "to out");
  write_all(ends->err.get(), "to err");
  ASSERT_TRUE(run_until(loop_, [&] { return !out_.empty() && !err_.empty(); }));
  EXPECT_EQ(out_, "to out");
  EXPECT_EQ(err_, "to err");
}

TEST_F(OutputReaderTest, FinishReadsTheRestInThePipes) {
  OutputReader reader(turns_, collect());
  Result<OutputReader::WriteEnds> ends = reader.open();
  ASSERT_TRUE(ends);
  write_all(ends->out.get(), std::string(50'000, 'x'));
  ends->out.reset();
  reader.finish();
  EXPECT_EQ(out_.size(), 50'000u);
  reader.finish();
  settle(loop_);
  EXPECT_EQ(out_.size(), 50'000u);
}

TEST_F(OutputReaderTest, FinishDoesNotWaitForAnOpenWriteEnd) {
  OutputReader reader(turns_, collect());
  Result<OutputReader::WriteEnds> ends = reader.open();
  ASSERT_TRUE(ends);
  write_all(ends->err.get(), "last words");
  reader.finish();
  EXPECT_EQ(err_, "last words");
}

TEST_F(OutputReaderTest, TheToolsEndOfAPipeBlocksAsToolsExpect) {
  OutputReader reader(turns_, collect());
  Result<OutputReader::WriteEnds> ends = reader.open();
  ASSERT_TRUE(ends);
  EXPECT_EQ(::fcntl(ends->out.get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_EQ(::fcntl(ends->out.get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST_F(OutputReaderTest, AFloodOfOutputLetsOthersRun) {
  std::size_t seen = 0;
  OutputReader reader(turns_, [&](OutputStream, std::string_view bytes) { seen += bytes.size(); });
  Result<OutputReader::WriteEnds> ends = reader.open();
  ASSERT_TRUE(ends);
  std::size_t most_between_turns = 0;
  std::size_t at_last_turn = 0;
  bool done = false;
  std::function<void()> take_turn = [&] {
    most_between_turns = std::max(most_between_turns, seen - at_last_turn);
    at_last_turn = seen;
    if (!done) boost::asio::post(loop_, take_turn);
  };
  boost::asio::post(loop_, take_turn);
  constexpr std::size_t kFlood = 8 << 20;
  std::thread writer([&] { write_all(ends->out.get(), std::string(kFlood, 'x')); });
  EXPECT_TRUE(run_until(loop_, [&] { return seen == kFlood; }));
  writer.join();
  done = true;
  settle(loop_);
  EXPECT_LE(most_between_turns, OutputTurns::kTurnBytes);
}

// Reading on the loop leaves half of its time to other work, whatever the tools write.
TEST_F(OutputReaderTest, FloodsOfTwoJobsLeaveHalfOfTheLoopsTimeToOthers) {
  using Clock = std::chrono::steady_clock;
  Clock::duration worked{0};
  // A slow sink, like one with a journal on a slow disk.
  auto slow = [&](OutputStream, std::string_view) {
    auto until = Clock::now() + std::chrono::microseconds(300);
    while (Clock::now() < until) continue;
    worked += std::chrono::microseconds(300);
  };
  OutputReader one(turns_, slow);
  OutputReader two(turns_, slow);
  Result<OutputReader::WriteEnds> ends_of_one = one.open();
  Result<OutputReader::WriteEnds> ends_of_two = two.open();
  ASSERT_TRUE(ends_of_one);
  ASSERT_TRUE(ends_of_two);
  std::atomic<bool> done = false;
  auto flood = [&done](int fd) {
    std::string chunk(64 << 10, 'x');
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
    while (!done) {
      if (::write(fd, chunk.data(), chunk.size()) < 0) std::this_thread::yield();
    }
  };
  std::thread first(flood, ends_of_one->out.get());
  std::thread second(flood, ends_of_two->out.get());
  auto begun = Clock::now();
  run_until(loop_, [&] { return Clock::now() - begun > std::chrono::milliseconds(300); });
  Clock::duration took = Clock::now() - begun;
  done = true;
  first.join();
  second.join();
  EXPECT_GT(worked, std::chrono::milliseconds(1)) << "nothing was read";
  EXPECT_LT(worked, took * 6 / 10);
}

TEST_F(OutputReaderTest, OutputThatIsOnlyCountedIsReadOnAnotherThreadAndCountedExactly) {
  OutputLog log(INT64_MAX, ByteCount(10));
  std::optional<OutputReader> reader;
  std::thread::id counted_on;
  reader.emplace(turns_, [&](OutputStream stream, std::string_view bytes) {
    bool was_full = log.is_full();
    log.write(stream, bytes);
    if (was_full || !log.is_full()) return;
    reader->only_count([&](OutputStream of, const OutputCount& dropped) {
      counted_on = std::this_thread::get_id();
      log.count_dropped(of, dropped);
    });
  });
  Result<OutputReader::WriteEnds> ends = reader->open();
  ASSERT_TRUE(ends);
  write_all(ends->out.get(), "0123456789\n");
  ASSERT_TRUE(run_until(loop_, [&] { return log.is_full(); }));
  constexpr std::int64_t kLines = 300'000;
  std::string flood;
  for (std::int64_t i = 0; i < kLines; ++i) flood += "12345\n";
  std::thread writer([&] { write_all(ends->out.get(), flood + "end"); });
  auto counted = [&] {
    reader->tell_counts();
    return log.summary().bytes == 11 + 6 * kLines + 3;
  };
  // This needs no event loop: it does not run.
  settle(loop_);
  auto give_up = std::chrono::steady_clock::now() + kTestPatience;
  while (!counted() && std::chrono::steady_clock::now() < give_up) {
    settle(loop_);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  writer.join();
  EXPECT_TRUE(counted()) << log.summary().bytes;
  write_all(ends->out.get(), "\nlast\n");
  write_all(ends->err.get(), "and more");
  bool done = false;
  reader->finish([&] { done = true; });
  ASSERT_TRUE(run_until(loop_, [&] { return done; }));
  log.close();
  EXPECT_EQ(log.summary().bytes, 11 + 6 * kLines + 3 + 6 + 8);
  EXPECT_EQ(log.summary().lines, 1 + kLines + 3);
  EXPECT_TRUE(log.summary().truncated);
  EXPECT_EQ(log.lines(), std::vector<std::string>{"0123456789"});
  EXPECT_EQ(counted_on, std::this_thread::get_id()) << "the log is the loop's";
}

TEST_F(OutputReaderTest, AReaderDestroyedWhileItsPipeIsCountedCallsNothing) {
  bool done = false;
  {
    std::optional<OutputReader> reader;
    reader.emplace(turns_, [&](OutputStream, std::string_view) {
      if (!done) reader->only_count([](OutputStream, const OutputCount&) { FAIL(); });
      done = true;
    });
    Result<OutputReader::WriteEnds> ends = reader->open();
    ASSERT_TRUE(ends);
    write_all(ends->out.get(), "one");
    ASSERT_TRUE(run_until(loop_, [&] { return done; }));
    write_all(ends->out.get(), "two");
    settle(loop_);
    reader->finish([] { FAIL() << "nothing must be called"; });
    reader.reset();
  }
  turns_.reset();
  settle(loop_);
}

// threats.md A 8: 10 GB of output, one endless line included; 64 MB say as much.
TEST_F(OutputReaderTest, AnEndlessLineIsDrainedWithFlatMemory) {
  OutputLog log(10'000, ByteCount(1 << 20));
  std::size_t seen = 0;
  OutputReader reader(turns_, [&](OutputStream stream, std::string_view bytes) {
    log.write(stream, bytes);
    seen += bytes.size();
  });
  Result<OutputReader::WriteEnds> ends = reader.open();
  ASSERT_TRUE(ends);
  constexpr std::size_t kChunk = 1 << 20;
  constexpr std::size_t kChunks = 64;
  std::string chunk(kChunk, 'x');
  std::size_t before = ::mallinfo2().uordblks;
  std::size_t most = 0;
  std::thread writer([&] {
    for (std::size_t i = 0; i < kChunks; ++i) write_all(ends->out.get(), chunk);
  });
  EXPECT_TRUE(run_until(loop_, [&] {
    most = std::max<std::size_t>(most, ::mallinfo2().uordblks);
    return seen == kChunks * kChunk;
  }));
  writer.join();
  reader.finish();
  log.close();
  EXPECT_LT(most, before + (8 << 20));
  EXPECT_EQ(log.summary().bytes, static_cast<std::int64_t>(kChunks * kChunk));
  EXPECT_EQ(log.summary().lines, 1);
  EXPECT_TRUE(log.summary().truncated);
  ASSERT_EQ(log.size(), 16u);
  for (std::size_t i = 0; i < log.size(); ++i) EXPECT_EQ(log.entry(i).bytes.size(), 64u << 10);
}

TEST(StdinFileTest, ContainsTheTextAndCannotBeChanged) {
  Result<UniqueFd> file = make_stdin_file("some input");
  ASSERT_TRUE(file);
  char buffer[32];
  EXPECT_EQ(::read(file->get(), buffer, sizeof buffer), 10);
  EXPECT_EQ(::pwrite(file->get(), "x", 1, 0), -1);
  EXPECT_EQ(::ftruncate(file->get(), 0), -1);
  EXPECT_EQ(::ftruncate(file->get(), 100), -1);
}

TEST(StdinFileTest, EmptyTextNeedsNoFile) {
  Result<UniqueFd> file = make_stdin_file("");
  ASSERT_TRUE(file);
  EXPECT_FALSE(file->valid());
}

}  // namespace
}  // namespace glovebox
