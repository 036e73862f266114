// A job's output on its way to our own standard output and error, as raw bytes.
#pragma once

#include <functional>
#include <string_view>

#include "execution/jobs/output_stream.h"

namespace glovebox {

class LiveOutput {
 public:
  // `on_closed` is called once, when nobody reads any more (EPIPE).
  explicit LiveOutput(std::function<void()> on_closed) : on_closed_(std::move(on_closed)) {}

  // Blocks until all is written: a slow reader slows the tool.
  void write(OutputStream stream, std::string_view bytes);
  bool closed() const { return closed_; }

 private:
  std::function<void()> on_closed_;
  bool closed_ = false;
};

}  // namespace glovebox
