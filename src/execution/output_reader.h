// OutputReader: the two pipes of one run, read as fast as the tool writes, so that it never waits
// for us; what to keep is the sink's business.
//
// Each time a pipe is readable at most kReadsPerTurn buffers are taken before others get their
// turn. Threads: the event loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"
#include "execution/output_stream.h"

namespace glovebox {

class OutputReader {
 public:
  using Sink = std::function<void(OutputStream, std::string_view)>;
  static constexpr std::size_t kBufferBytes = 256 << 10;
  static constexpr int kReadsPerTurn = 4;

  struct WriteEnds {
    UniqueFd out;
    UniqueFd err;
  };

  // `buffer` may be shared with other readers of the same loop and must outlive this one.
  OutputReader(boost::asio::io_context& loop, std::span<char> buffer, Sink sink);
  ~OutputReader();

  // Makes the pipes and begins to read. Call once.
  Result<WriteEnds> open();
  // Every process that wrote is dead: takes what still lies in the pipes and closes them. It never
  // waits, so a write end that someone forgot to close holds nothing up.
  void finish();

 private:
  struct Pipe;
  Result<UniqueFd> open_pipe(OutputStream stream);

  boost::asio::io_context& loop_;
  std::span<char> buffer_;
  Sink sink_;
  std::shared_ptr<Pipe> pipes_[2];
};

}  // namespace glovebox
