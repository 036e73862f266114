// WatchedKeys: the keys of a file as they are now. A key that is removed from the file stops
// working, and one that is added works, without a restart.
//
// A thread of its own looks at the file every few seconds, reads it where it has changed and hands
// the keys to the loop once it has read the same twice. A file that cannot be read, or has a
// mistake in it, changes nothing: the keys before it stay in force and the log says so, once for
// each such state of the file. That goes for a missing file too; to let nobody in, leave one
// without keys.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "auth/api_keys.h"
#include "base/result.h"

namespace glovebox {

class WatchedKeys {
 public:
  struct Options {
    std::chrono::milliseconds look_every{1000};
    // For so long after a change the file is read at each look, since another change might not show
    // in its times: longer than the steps of any file system's clock.
    std::chrono::seconds read_after_change{3};
    // After each look. On the watching thread.
    std::function<void()> on_look;
  };

  // Reads the file at once, and fails where that fails. Starts a thread: not before the launcher
  // was forked and the process confined. `loop` must outlive it.
  static Result<std::unique_ptr<WatchedKeys>> open(boost::asio::io_context& loop, std::string path,
                                                   Options options);
  ~WatchedKeys();
  WatchedKeys(const WatchedKeys&) = delete;
  WatchedKeys& operator=(const WatchedKeys&) = delete;

  // The loop's thread. The reference stays good; what it refers to changes between two handlers.
  const ApiKeys& keys() const;

 private:
  class Watch;
  WatchedKeys(boost::asio::io_context& loop, std::string path, Options options);

  std::shared_ptr<ApiKeys> keys_;
  std::unique_ptr<Watch> watch_;
};

}  // namespace glovebox
