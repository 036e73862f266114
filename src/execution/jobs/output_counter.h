// OutputCounter: reads and counts the output of pipes whose output is no longer stored.
//
// A job's record says how much its tool wrote, including what is not stored, and the tool must not
// block because nobody reads. Neither is urgent: one thread with low priority does it
// (setpriority(2)), so that a flood of output takes no time from the event loop, and little from
// others if there are few CPUs.
//
// Threads: called on the event loop; the thread is started with the first pipe.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <thread>

#include "base/unique_fd.h"

namespace glovebox {

// What was read from one pipe so far.
struct OutputCount {
  std::int64_t bytes = 0;
  std::int64_t line_ends = 0;
  bool mid_line = false;  // if bytes > 0: the last byte was not a line end
};

std::int64_t count_line_ends(std::string_view bytes);

class OutputCounter {
 public:
  class Pipe;  // shared with the thread

  explicit OutputCounter(boost::asio::io_context& loop) : loop_(loop) {}
  ~OutputCounter();
  OutputCounter(const OutputCounter&) = delete;
  OutputCounter& operator=(const OutputCounter&) = delete;

  // Reads `pipe`, which must be non-blocking, until its end or until finish() or drop().
  std::shared_ptr<Pipe> begin(UniqueFd pipe);
  // Call when every writer has ended: reads the rest in the pipe, closes it, and calls `done` on
  // the loop. count() is final then.
  void finish(const std::shared_ptr<Pipe>& pipe, std::function<void()> done);
  // Closes it soon. Idempotent.
  void drop(const std::shared_ptr<Pipe>& pipe);
  // The counts so far. While the pipe is read the three numbers may be of slightly different
  // moments.
  static OutputCount count(const Pipe& pipe);

 private:
  boost::asio::io_context& loop_;
  boost::asio::io_context counting_{1};
  std::thread thread_;
};

}  // namespace glovebox
