// SandboxedRun: one run of a program with its input and output, from the pipes to the last byte.
//
// Threads: the event loop. Destroying it kills what runs; a run() under way must then never be
// resumed.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/awaitable.h"
#include "base/result.h"
#include "execution/output_reader.h"
#include "execution/signal.h"
#include "sandbox/sandbox.h"

namespace glovebox {

class SandboxedRun {
 public:
  // `read_buffer` may be shared among the runs of one loop.
  SandboxedRun(boost::asio::io_context& loop, Sandbox& sandbox, std::span<char> read_buffer,
               OutputReader::Sink on_output);

  // Returns once every process is dead and all it wrote went to the sink. Errors as Sandbox tells
  // them. Call once.
  Awaitable<Result<SandboxResult>> run(ValidSpec spec, std::string stdin_text);
  // run() then returns Cancelled, unless the program has ended by itself. Idempotent, at any time.
  void kill();
  // While it runs; all zero before.
  Usage usage_so_far() const { return run_ ? run_->usage_so_far() : Usage(); }

 private:
  Result<void> start(ValidSpec spec, const std::string& stdin_text);

  Sandbox& sandbox_;
  OutputReader reader_;
  Event ended_;
  std::unique_ptr<SandboxRun> run_;
  std::optional<Result<SandboxResult>> result_;
  bool killed_ = false;
};

}  // namespace glovebox
