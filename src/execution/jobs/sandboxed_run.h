// SandboxedRun: one run of a program with its input and output, from the pipes to the last byte.
//
// Threads: the event loop. Destroying it kills the program; a pending run() must then never be
// resumed.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/awaitable.h"
#include "base/result.h"
#include "execution/async/signal.h"
#include "execution/jobs/output_reader.h"
#include "sandbox/sandbox.h"

namespace glovebox {

class SandboxedRun {
 public:
  // `turns` are shared by the runs of one loop.
  SandboxedRun(boost::asio::io_context& loop, Sandbox& sandbox, std::shared_ptr<OutputTurns> turns,
               OutputReader::Sink on_output);

  // Passes files to `sink` as they arrive, instead of the result: call before run(). It is awaited
  // before more are taken.
  using ArtifactSink = std::function<Awaitable<void>(std::vector<CollectedArtifact>)>;
  void take_artifacts_by(ArtifactSink sink) { sink_ = std::move(sink); }

  // Returns when every process has ended and all output went to the sink. Errors as in Sandbox.
  // Call once.
  Awaitable<Result<SandboxResult>> run(ValidSpec spec, std::string stdin_text);
  // run() then returns Cancelled, unless the program has ended by itself. Idempotent, at any time.
  void kill();
  // As in OutputReader.
  void only_count_output(OutputReader::CountSink counts) { reader_.only_count(std::move(counts)); }
  void tell_counts() { reader_.tell_counts(); }
  // While it runs; all zero before.
  Usage usage_so_far() const { return run_ ? run_->usage_so_far() : Usage(); }

 private:
  Result<void> start(ValidSpec spec, const std::string& stdin_text);

  Sandbox& sandbox_;
  OutputReader reader_;
  Signal changed_;
  ArtifactSink sink_;
  std::vector<CollectedArtifact> batch_;
  std::function<void()> taken_;  // call it when the batch has been taken
  std::unique_ptr<SandboxRun> run_;
  std::optional<Result<SandboxResult>> result_;
  bool all_read_ = false;  // after the result
  bool killed_ = false;
};

}  // namespace glovebox
