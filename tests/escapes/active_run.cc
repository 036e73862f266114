#include "active_run.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <system_error>

namespace glovebox {

struct OutputPipe {
  explicit OutputPipe(boost::asio::io_context& loop) : reader(loop) {}
  boost::asio::posix::stream_descriptor reader;
  std::array<char, 64 << 10> buffer;
  std::string text;
  std::uint64_t bytes = 0;
  bool at_end = false;
};

namespace {

constexpr std::size_t kKept = 1 << 20;

void read_on(std::shared_ptr<OutputPipe> pipe) {
  auto& reader = pipe->reader;
  auto buffer = boost::asio::buffer(pipe->buffer);
  reader.async_read_some(
      buffer, [pipe = std::move(pipe)](boost::system::error_code error, std::size_t size) {
        if (error) {
          pipe->at_end = true;
          return;
        }
        pipe->bytes += size;
        pipe->text.append(pipe->buffer.data(), std::min(size, kKept - pipe->text.size()));
        read_on(pipe);
      });
}

// Returns the end to write to.
UniqueFd open_pipe(OutputPipe& pipe) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category());
  pipe.reader.assign(ends[0]);
  return UniqueFd(ends[1]);
}

}  // namespace

ActiveRun::ActiveRun(boost::asio::io_context& loop, Sandbox& sandbox, ValidSpec spec, UniqueFd in)
    : out_(std::make_shared<OutputPipe>(loop)), err_(std::make_shared<OutputPipe>(loop)) {
  SandboxStreams streams;
  streams.in = std::move(in);
  streams.out = open_pipe(*out_);
  streams.err = open_pipe(*err_);
  read_on(out_);
  read_on(err_);
  handle_ = sandbox.start(std::move(spec), std::move(streams),
                          [end = end_](Result<SandboxResult> result) {
                            ++end->count;
                            end->at = std::chrono::steady_clock::now();
                            end->result = std::move(result);
                          });
}

ActiveRun::~ActiveRun() {
  boost::system::error_code ignored;
  out_->reader.close(ignored);
  err_->reader.close(ignored);
}

bool ActiveRun::ended() const {
  return end_->count > 0 && out_->at_end && err_->at_end;
}

int ActiveRun::ends() const {
  return end_->count;
}

const std::string& ActiveRun::out() const {
  return out_->text;
}

std::uint64_t ActiveRun::out_bytes() const {
  return out_->bytes;
}

FinishedRun ActiveRun::finish() {
  FinishedRun run{internal_error("the job did not end in time"), {}, {}, 0, {}};
  if (end_->result.has_value()) run.result = std::move(*end_->result);
  run.out = out_->text;
  run.err = err_->text;
  run.out_bytes = out_->bytes;
  run.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(end_->at - started_);
  return run;
}

}  // namespace glovebox
