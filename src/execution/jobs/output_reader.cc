#include "execution/jobs/output_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <utility>

#include "base/os.h"

namespace glovebox {

namespace asio = boost::asio;

// Shared with the pending wait or turn, which may run after the reader was destroyed.
struct OutputReader::Pipe : std::enable_shared_from_this<Pipe> {
  enum class Left { kNothing, kMore };

  Pipe(asio::io_context& loop, int fd, OutputStream which, OutputReader& of)
      : descriptor(loop, fd), stream(which), reader(of) {}

  void wait() {
    descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                          [self = shared_from_this()](const boost::system::error_code& error) {
                            if (!error && self->open) self->ask_for_turn();
                          });
  }

  void ask_for_turn() {
    reader.turns_->ask([self = shared_from_this()] {
      if (self->open) self->take_turn();
    });
  }

  void take_turn() {
    if (reader.counts_) return hand_over();
    if (take(1) == Left::kMore) wait();
  }

  // Reads at most this many buffers. kMore: the end of the file was not reached.
  Left take(int reads) {
    std::span<char> buffer = reader.turns_->buffer();
    while (reads-- > 0) {
      ssize_t n = ::read(descriptor.native_handle(), buffer.data(), buffer.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0 && errno == EAGAIN) return Left::kMore;
      if (n <= 0) return Left::kNothing;
      if (!grown && n >= kPipeBytes) grow();
      reader.sink_(stream, std::string_view(buffer.data(), static_cast<std::size_t>(n)));
    }
    return Left::kMore;
  }

  // For a tool with a lot of output: each time the pipe is full the tool waits for us, and then we
  // for it. If the user's limit on pipe pages is reached (pipe(7)) the size does not change.
  void grow() {
    static constexpr int kGrownBytes = 1 << 20;
    grown = true;
    ::fcntl(descriptor.native_handle(), F_SETPIPE_SZ, kGrownBytes);
  }

  void hand_over() {
    open = false;
    counted = reader.turns_->counter().begin(UniqueFd(descriptor.release()));
  }

  void tell_counts() {
    if (!counted) return;
    OutputCount now = OutputCounter::count(*counted);
    OutputCount news{now.bytes - told.bytes, now.line_ends - told.line_ends, now.mid_line};
    told = now;
    if (news.bytes > 0) reader.counts_(stream, news);
  }

  void close() {
    open = false;
    boost::system::error_code ignored;
    descriptor.close(ignored);
    if (counted) reader.turns_->counter().drop(std::exchange(counted, nullptr));
  }

  static constexpr ssize_t kPipeBytes = 64 << 10;  // the kernel's default

  asio::posix::stream_descriptor descriptor;
  OutputStream stream;
  OutputReader& reader;  // valid while open or counted
  bool open = true;
  bool grown = false;
  std::shared_ptr<OutputCounter::Pipe> counted;  // if another thread reads it
  OutputCount told;                              // of it
};

OutputReader::OutputReader(std::shared_ptr<OutputTurns> turns, Sink sink)
    : turns_(std::move(turns)), sink_(std::move(sink)) {}

OutputReader::~OutputReader() {
  for (auto& pipe : pipes_) {
    if (pipe) pipe->close();
  }
}

Result<OutputReader::WriteEnds> OutputReader::open() {
  WriteEnds ends;
  GB_TRY(ends.out, open_pipe(OutputStream::kStdout));
  GB_TRY(ends.err, open_pipe(OutputStream::kStderr));
  return ends;
}

Result<UniqueFd> OutputReader::open_pipe(OutputStream stream) {
  GB_TRY(auto ends, os::pipe());
  auto& pipe = pipes_[static_cast<int>(stream)];
  pipe = std::make_shared<Pipe>(turns_->loop(), ends.first.release(), stream, *this);
  // Only our end: the two ends of a pipe have separate flags, and tools expect blocking.
  boost::system::error_code error;
  pipe->descriptor.non_blocking(true, error);
  if (error)
    return internal_error("an output pipe cannot be read without waiting: " + error.message());
  pipe->wait();
  return std::move(ends.second);
}

void OutputReader::only_count(CountSink counts) {
  counts_ = std::move(counts);
}

void OutputReader::tell_counts() {
  for (auto& pipe : pipes_) {
    if (pipe) pipe->tell_counts();
  }
}

// Of the pipes that another thread reads.
struct OutputReader::Ending {
  std::size_t left = 0;
  std::function<void()> done;
};

void OutputReader::finish(const std::function<void()>& done) {
  // All writers have ended, so a pipe contains at most its capacity.
  static constexpr int kMoreThanAPipeHolds = 1024;
  auto ending = std::make_shared<Ending>();
  ending->done = done;
  for (auto& pipe : pipes_) {
    if (!pipe) continue;
    if (pipe->open) pipe->take(kMoreThanAPipeHolds);
    if (!pipe->counted) {
      pipe->close();
      pipe.reset();
      continue;
    }
    ++ending->left;
    // The reader exists as long as the pipe has not released the count.
    turns_->counter().finish(pipe->counted, [ending, pipe] {
      if (!pipe->counted) return;
      pipe->tell_counts();
      pipe->counted = nullptr;
      if (--ending->left == 0) ending->done();
    });
  }
  if (ending->left == 0) done();
}

}  // namespace glovebox
