// Copies a job's output to our standard output and error, as raw bytes.
#pragma once

#include <functional>
#include <string_view>

#include "execution/jobs/output_stream.h"

namespace glovebox {

class LiveOutput {
 public:
  // Calls `on_closed` once, when the reader is gone (EPIPE).
  explicit LiveOutput(std::function<void()> on_closed) : on_closed_(std::move(on_closed)) {}

  // Blocks until everything is written: a slow reader slows the tool down.
  void write(OutputStream stream, std::string_view bytes);
  bool closed() const { return closed_; }

 private:
  std::function<void()> on_closed_;
  bool closed_ = false;
};

}  // namespace glovebox
