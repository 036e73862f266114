// OutputCounter: reads pipes whose output is not kept any more, and counts it.
//
// A job's record says how much its tool wrote, also beyond what is kept, and the tool must not stop
// because nobody reads. Neither is urgent: it is done on one thread of low priority
// (setpriority(2)), so that a flood takes no time from the event loop, and little from others where
// processors are scarce.
//
// Threads: the event loop calls; the thread is started with the first pipe.
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
  bool mid_line = false;  // where bytes > 0: the last one did not end a line
};

std::int64_t count_line_ends(std::string_view bytes);

class OutputCounter {
 public:
  class Pipe;  // shared with the thread

  explicit OutputCounter(boost::asio::io_context& loop) : loop_(loop) {}
  ~OutputCounter();
  OutputCounter(const OutputCounter&) = delete;
  OutputCounter& operator=(const OutputCounter&) = delete;

  // Reads `pipe`, which must not block, until its end or until finish() or drop().
  std::shared_ptr<Pipe> begin(UniqueFd pipe);
  // Every writer is dead: takes what still lies in the pipe, closes it, and calls `done` on the
  // loop. count() is final then.
  void finish(const std::shared_ptr<Pipe>& pipe, std::function<void()> done);
  // Closes it soon. Idempotent.
  void drop(const std::shared_ptr<Pipe>& pipe);
  // So far. While the pipe is read the three numbers may be of slightly different moments.
  static OutputCount count(const Pipe& pipe);

 private:
  boost::asio::io_context& loop_;
  boost::asio::io_context counting_{1};
  std::thread thread_;
};

}  // namespace glovebox
