#include "execution/jobs/output_counter.h"

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>
#include <vector>

namespace glovebox {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kReadBytes = 256 << 10;
// Number of reads before other pipes get their turn.
constexpr int kReadsPerTurn = 4;
// More than a pipe can hold, for the rest in a pipe whose writers have ended.
constexpr int kReadsAtEnd = 1024;
// One of the 40 levels of nice(1): about a tenth of the event loop's weight.
constexpr int kNiceness = 10;

}  // namespace

// Uses counters of one byte, which compilers vectorize: output is counted as fast as it is written,
// also if it is not stored.
std::int64_t count_line_ends(std::string_view bytes) {
  constexpr std::size_t kFitsAByte = 255;
  std::int64_t count = 0;
  while (!bytes.empty()) {
    std::string_view block = bytes.substr(0, kFitsAByte);
    std::uint8_t in_block = 0;
    for (char c : block) in_block = static_cast<std::uint8_t>(in_block + (c == '\n'));
    count += in_block;
    bytes.remove_prefix(block.size());
  }
  return count;
}

// Everything except the counts is used only by the thread.
class OutputCounter::Pipe : public std::enable_shared_from_this<Pipe> {
 public:
  Pipe(asio::io_context& counting, UniqueFd fd) : descriptor_(counting) {
    boost::system::error_code error;
    descriptor_.assign(fd.get(), error);
    // Without memory for the buffer nothing is read, and the tool blocks on a full pipe until its
    // time is over.
    if (!error) (void)fd.release();
  }

  void wait() {
    if (!descriptor_.is_open()) return;
    descriptor_.async_wait(asio::posix::stream_descriptor::wait_read,
                           [self = shared_from_this()](const boost::system::error_code& error) {
                             if (!error && self->take(kReadsPerTurn)) self->wait();
                           });
  }
  void finish() {
    if (descriptor_.is_open()) take(kReadsAtEnd);
    close();
  }
  void close() {
    boost::system::error_code ignored;
    descriptor_.close(ignored);
  }
  OutputCount count() const { return {bytes_, line_ends_, mid_line_}; }

 private:
  // Whether there may be more to read.
  bool take(int reads) {
    thread_local std::vector<char> buffer(kReadBytes);
    while (reads-- > 0) {
      ssize_t n = ::read(descriptor_.native_handle(), buffer.data(), buffer.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0 && errno == EAGAIN) return true;
      if (n <= 0) return false;
      std::string_view bytes(buffer.data(), static_cast<std::size_t>(n));
      bytes_ += n;
      line_ends_ += count_line_ends(bytes);
      mid_line_ = !bytes.ends_with('\n');
    }
    return true;
  }

  asio::posix::stream_descriptor descriptor_;
  std::atomic<std::int64_t> bytes_ = 0;
  std::atomic<std::int64_t> line_ends_ = 0;
  std::atomic<bool> mid_line_ = false;
};

OutputCounter::~OutputCounter() {
  counting_.stop();
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<OutputCounter::Pipe> OutputCounter::begin(UniqueFd fd) {
  auto pipe = std::make_shared<Pipe>(counting_, std::move(fd));
  asio::post(counting_, [pipe] { pipe->wait(); });
  if (thread_.joinable()) return pipe;
  thread_ = std::thread([this] {
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness);
    auto work = asio::make_work_guard(counting_);
    counting_.run();
  });
  return pipe;
}

void OutputCounter::finish(const std::shared_ptr<Pipe>& pipe, std::function<void()> done) {
  auto work = asio::make_work_guard(loop_);
  auto finish = [this, pipe, done = std::move(done), work = std::move(work)]() mutable {
    pipe->finish();
    asio::post(loop_, std::move(done));
  };
  asio::post(counting_, std::move(finish));
}

void OutputCounter::drop(const std::shared_ptr<Pipe>& pipe) {
  asio::post(counting_, [pipe] { pipe->close(); });
}

OutputCount OutputCounter::count(const Pipe& pipe) {
  return pipe.count();
}

}  // namespace glovebox
