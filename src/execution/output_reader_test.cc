#include "execution/output_reader.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <string>
#include <thread>
#include <vector>

#include "execution/output_log.h"
#include "execution/stdin_file.h"
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
  std::vector<char> buffer_ = std::vector<char>(OutputReader::kBufferBytes);
  std::string out_, err_;
};

TEST_F(OutputReaderTest, TellsTheStreamsApart) {
  OutputReader reader(loop_, buffer_, collect());
  Result<OutputReader::WriteEnds> ends = reader.open();
  ASSERT_TRUE(ends);
  write_all(ends->out.get(), "to out");
  write_all(ends->err.get(), "to err");
  ASSERT_TRUE(run_until(loop_, [&] { return !out_.empty() && !err_.empty(); }));
  EXPECT_EQ(out_, "to out");
  EXPECT_EQ(err_, "to err");
}

TEST_F(OutputReaderTest, FinishTakesWhatStillLiesInThePipes) {
  OutputReader reader(loop_, buffer_, collect());
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

TEST_F(OutputReaderTest, FinishDoesNotWaitForAWriteEndThatSomeoneForgot) {
  OutputReader reader(loop_, buffer_, collect());
  Result<OutputReader::WriteEnds> ends = reader.open();
  ASSERT_TRUE(ends);
  write_all(ends->err.get(), "last words");
  reader.finish();
  EXPECT_EQ(err_, "last words");
}

TEST_F(OutputReaderTest, TheToolsEndOfAPipeBlocksAsToolsExpect) {
  OutputReader reader(loop_, buffer_, collect());
  Result<OutputReader::WriteEnds> ends = reader.open();
  ASSERT_TRUE(ends);
  EXPECT_EQ(::fcntl(ends->out.get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_EQ(::fcntl(ends->out.get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST_F(OutputReaderTest, AFloodLetsOthersHaveTheirTurn) {
  std::size_t seen = 0;
  OutputReader reader(loop_, buffer_,
                      [&](OutputStream, std::string_view bytes) { seen += bytes.size(); });
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
  EXPECT_LE(most_between_turns, OutputReader::kReadsPerTurn * OutputReader::kBufferBytes);
}

// threats.md A 8: 10 GB of output, one endless line included; 64 MB say as much.
TEST_F(OutputReaderTest, AnEndlessLineIsDrainedWithFlatMemory) {
  OutputLog log(10'000, ByteCount(1 << 20));
  std::size_t seen = 0;
  OutputReader reader(loop_, buffer_, [&](OutputStream stream, std::string_view bytes) {
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

TEST(StdinFileTest, HoldsTheTextFromItsStartAndCannotBeChanged) {
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
