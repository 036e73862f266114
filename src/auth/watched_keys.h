// WatchedKeys: the current keys of a file. Added keys start to work and removed keys stop working
// without a restart.
//
// A separate thread looks at the file every few seconds. If the file has changed, it reads it and
// passes the keys to the loop after it has read the same text twice. If the file cannot be read or
// has a mistake, the previous keys are kept and the log says so, once per such state of the file.
// This includes a missing file. To refuse all requests, use a file without keys.
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
    // For this long after a change the file is read at each look, because another change might not
    // show in its times. Longer than the clock resolution of any file system.
    std::chrono::seconds read_after_change{3};
    // Called after each look, on the watching thread.
    std::function<void()> on_look;
  };

  // Reads the file immediately and fails if that fails. Starts a thread, so call it after the
  // launcher was forked and the process was restricted. `loop` must outlive this object.
  static Result<std::unique_ptr<WatchedKeys>> open(boost::asio::io_context& loop, std::string path,
                                                   Options options);
  ~WatchedKeys();
  WatchedKeys(const WatchedKeys&) = delete;
  WatchedKeys& operator=(const WatchedKeys&) = delete;

  // On the loop's thread. The reference stays valid; the keys may change between two handlers.
  const ApiKeys& keys() const;

 private:
  class Watch;
  WatchedKeys(boost::asio::io_context& loop, std::string path, Options options);

  std::shared_ptr<ApiKeys> keys_;
  std::unique_ptr<Watch> watch_;
};

}  // namespace glovebox
