// A running job in a test: its output is read as it arrives, so that the job never waits for us.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "sandbox/sandbox.h"

namespace glovebox {

struct OutputPipe;

// The result and output of an ended job. The first MiB of each stream is stored.
struct FinishedRun {
  Result<SandboxResult> result;
  std::string out;
  std::string err;
  std::uint64_t out_bytes = 0;
  std::chrono::milliseconds elapsed{0};
};

class ActiveRun {
 public:
  // Starts the job immediately. `in` is its standard input; invalid: /dev/null.
  ActiveRun(boost::asio::io_context& loop, Sandbox& sandbox, ValidSpec spec, UniqueFd in);
  ~ActiveRun();

  // OnEnd was called and both streams have ended.
  bool ended() const;
  // How often OnEnd was called.
  int ends() const;
  const std::string& out() const;
  std::uint64_t out_bytes() const;
  void kill() { handle_->kill(); }
  // Drops the handle, which kills the job.
  void abandon() { handle_.reset(); }
  FinishedRun finish();

 private:
  struct End {
    int count = 0;
    std::optional<Result<SandboxResult>> result;
    std::chrono::steady_clock::time_point at;
  };
  // Shared with handlers that may run after this is gone.
  std::shared_ptr<End> end_ = std::make_shared<End>();
  std::shared_ptr<OutputPipe> out_;
  std::shared_ptr<OutputPipe> err_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::unique_ptr<SandboxRun> handle_;
};

}  // namespace glovebox
