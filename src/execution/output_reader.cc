#include "execution/output_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>

#include "base/os.h"

namespace glovebox {

namespace asio = boost::asio;

// Shared with the wait under way, which may be told of its cancellation after the reader is gone.
struct OutputReader::Pipe : std::enable_shared_from_this<Pipe> {
  enum class Left { kNothing, kMore };
  static constexpr ssize_t kPipeBytes = 64 << 10;  // as the kernel makes them

  Pipe(asio::io_context& loop, int fd, OutputStream which, OutputReader& of)
      : descriptor(loop, fd), stream(which), reader(of) {}

  void wait() {
    descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                          [self = shared_from_this()](const boost::system::error_code& error) {
                            if (!error && self->open) self->on_readable();
                          });
  }

  void on_readable() {
    if (take(kReadsPerTurn) == Left::kMore) wait();
  }

  // At most so many buffers. kMore: the end of the file was not seen.
  Left take(int reads) {
    while (reads-- > 0) {
      ssize_t n = ::read(descriptor.native_handle(), reader.buffer_.data(), reader.buffer_.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0 && errno == EAGAIN) return Left::kMore;
      if (n <= 0) return Left::kNothing;
      if (!grown && n >= kPipeBytes) grow();
      reader.sink_(stream, std::string_view(reader.buffer_.data(), static_cast<std::size_t>(n)));
    }
    return Left::kMore;
  }

  // For a tool that writes a lot: each time the pipe is full it waits for us, and we for it. Where
  // the user's share of pipe pages is used up (pipe(7)) it stays as it is.
  void grow() {
    static constexpr int kGrownBytes = 1 << 20;
    grown = true;
    ::fcntl(descriptor.native_handle(), F_SETPIPE_SZ, kGrownBytes);
  }

  void close() {
    open = false;
    boost::system::error_code ignored;
    descriptor.close(ignored);
  }

  asio::posix::stream_descriptor descriptor;
  OutputStream stream;
  OutputReader& reader;  // valid while open
  bool open = true;
  bool grown = false;
};

OutputReader::OutputReader(asio::io_context& loop, std::span<char> buffer, Sink sink)
    : loop_(loop), buffer_(buffer), sink_(std::move(sink)) {}

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
  pipe = std::make_shared<Pipe>(loop_, ends.first.release(), stream, *this);
  // Only our end: the two ends of a pipe have flags of their own, and tools expect to block.
  boost::system::error_code error;
  pipe->descriptor.non_blocking(true, error);
  if (error)
    return internal_error("an output pipe cannot be read without waiting: " + error.message());
  pipe->wait();
  return std::move(ends.second);
}

void OutputReader::finish() {
  // Nobody writes any more, so what lies in a pipe is at most its capacity.
  static constexpr int kMoreThanAPipeHolds = 1024;
  for (auto& pipe : pipes_) {
    if (!pipe) continue;
    if (pipe->open) pipe->take(kMoreThanAPipeHolds);
    pipe->close();
    pipe.reset();
  }
}

}  // namespace glovebox
