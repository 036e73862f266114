#include "execution/jobs/sandboxed_run.h"

#include <utility>

#include "execution/jobs/stdin_file.h"

namespace glovebox {

SandboxedRun::SandboxedRun(boost::asio::io_context& loop, Sandbox& sandbox,
                           std::shared_ptr<OutputTurns> turns, OutputReader::Sink on_output)
    : sandbox_(sandbox), reader_(std::move(turns), std::move(on_output)), changed_(loop) {}

Awaitable<Result<SandboxResult>> SandboxedRun::run(ValidSpec spec, std::string stdin_text) {
  if (killed_) {
    SandboxResult never_ran;
    never_ran.outcome = Cancelled();
    co_return never_ran;
  }
  GB_CO_TRY_VOID(start(std::move(spec), stdin_text));
  while (!all_read_) {
    if (batch_.empty() || result_) {
      co_await changed_.wait();
      continue;
    }
    std::vector<CollectedArtifact> batch = std::exchange(batch_, {});
    std::function<void()> taken = std::exchange(taken_, nullptr);
    co_await sink_(std::move(batch));
    taken();
  }
  batch_.clear();
  run_.reset();
  co_return std::move(*result_);
}

Result<void> SandboxedRun::start(ValidSpec spec, const std::string& stdin_text) {
  SandboxStreams streams;
  GB_TRY(streams.in, make_stdin_file(stdin_text));
  GB_TRY(OutputReader::WriteEnds ends, reader_.open());
  streams.out = std::move(ends.out);
  streams.err = std::move(ends.err);
  run_ = sandbox_.start(std::move(spec), std::move(streams), [this](Result<SandboxResult> result) {
    result_.emplace(std::move(result));
    reader_.finish([this] {
      all_read_ = true;
      changed_.notify();
    });
  });
  if (!sink_) return ok();
  run_->set_artifact_sink(
      [this](std::vector<CollectedArtifact> batch, std::function<void()> taken) {
        batch_ = std::move(batch);
        taken_ = std::move(taken);
        changed_.notify();
      });
  return ok();
}

void SandboxedRun::kill() {
  killed_ = true;
  if (run_ && !result_) run_->kill();
}

}  // namespace glovebox
