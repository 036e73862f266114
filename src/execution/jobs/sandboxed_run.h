// SandboxedRun: one run of a program with its input and output, from the pipes to the last byte.
//
// Threads: the event loop. Destroying it kills what runs; a run() under way must then never be
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
  // `turns` are shared among the runs of one loop.
  SandboxedRun(boost::asio::io_context& loop, Sandbox& sandbox, std::shared_ptr<OutputTurns> turns,
               OutputReader::Sink on_output);

  // What it makes goes there as it comes, rather than into the result: call before run(). Awaited
  // before more is taken.
  using ArtifactSink = std::function<Awaitable<void>(std::vector<CollectedArtifact>)>;
  void take_artifacts_by(ArtifactSink sink) { sink_ = std::move(sink); }

  // Returns once every process is dead and all it wrote went to the sink. Errors as Sandbox tells
  // them. Call once.
  Awaitable<Result<SandboxResult>> run(ValidSpec spec, std::string stdin_text);
  // run() then returns Cancelled, unless the program has ended by itself. Idempotent, at any time.
  void kill();
  // As OutputReader has it.
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
  std::function<void()> taken_;  // to call once the batch is
  std::unique_ptr<SandboxRun> run_;
  std::optional<Result<SandboxResult>> result_;
  bool all_read_ = false;  // after the result
  bool killed_ = false;
};

}  // namespace glovebox
