#include "execution/jobs/job_runner.h"

#include <utility>

#include "base/log.h"
#include "base/utf8_text.h"
#include "execution/async/caught.h"
#include "execution/jobs/job_outcome.h"

namespace glovebox {

void JobRunner::prepare(const LiveJobPtr& live) {
  JobProgress& progress = deps_.outputs.open(*live);
  progress.job.status = JobStatus::kRunning;
  progress.job.started_at = deps_.registry.now_of(*live);
  progress.job.isolation = deps_.sandbox.isolation().layers;
  progress.job.image = live->spec.image();
  auto on_output = [this, job = live.get()](OutputStream stream, std::string_view bytes) {
    read_output(*job, stream, bytes);
  };
  progress.run = std::make_unique<SandboxedRun>(deps_.loop, deps_.sandbox, deps_.output_turns,
                                                std::move(on_output));
  progress.run->take_artifacts_by([this, job = live.get()](std::vector<CollectedArtifact> batch) {
    return take_artifacts(*job, std::move(batch));
  });
  deps_.registry.move(*live, JobState::kRunning);
}

// Called by the readers of the pipes. An exception must end the job and not the reader.
void JobRunner::read_output(LiveJob& live, OutputStream stream, std::string_view bytes) {
  JobProgress& progress = *live.progress;
  if (progress.fault) return;
  try {
    append_output(live, stream, bytes);
  } catch (const std::exception& thrown) {
    progress.fault = exception_error(thrown);
    if (progress.run) progress.run->kill();
  }
}

void JobRunner::append_output(LiveJob& live, OutputStream stream, std::string_view bytes) {
  OutputLog& log = live.progress->output.log;
  bool was_full = log.is_full();
  bool observed = deps_.registry.observers().wants_all_output();
  if (was_full && !observed) {
    deps_.outputs.count(live, stream, bytes);
  } else {
    deps_.outputs.append(live, stream, bytes);
  }
  read_for_findings(live, stream, bytes);
  if (was_full || !log.is_full() || needs_all_output(*live.progress)) return;
  // From here on no output is stored, so the bytes are counted in the kernel's buffer and not
  // copied.
  live.progress->run->only_count_output(
      [&log](OutputStream of, const OutputCount& dropped) { log.count_dropped(of, dropped); });
}

void JobRunner::read_for_findings(LiveJob& live, OutputStream stream, std::string_view bytes) {
  if (!live.progress->findings) return;
  bool of_stdout = stream == OutputStream::kStdout;
  FindingStream from = of_stdout ? FindingStream::kStdout : FindingStream::kStderr;
  if (live.progress->findings->write(from, bytes)) live.wake_followers();
}

bool JobRunner::needs_all_output(const JobProgress& progress) const {
  if (deps_.registry.observers().wants_all_output()) return true;
  const auto& findings = progress.findings;
  return findings &&
         (findings->reads(FindingStream::kStdout) || findings->reads(FindingStream::kStderr));
}

Awaitable<Result<JobRunner::End>> JobRunner::run(LiveJobPtr live, const std::string& stdin_text) {
  Result<SandboxResult> result = co_await run_in_slot(*live, stdin_text);
  deps_.registry.observers().run_ended(live->accepted, result);
  JobProgress& progress = *live->progress;
  progress.run.reset();
  if (may_run_again(*live, result)) {
    if (progress.keeping) co_await deps_.artifacts.drop(*progress.keeping);
    co_return End::kLost;
  }
  if (!progress.tool_ended) progress.tool_ended = deps_.registry.now_of(*live);
  if (progress.fault) co_return *progress.fault;
  std::string left_out = co_await keep_artifacts(*live, result);
  std::string not_read = co_await keep_findings(progress);
  judge(progress.job, live->state, live->spec.exit_codes(), std::move(result));
  if (!left_out.empty()) progress.job.message += "; " + left_out;
  if (!not_read.empty()) progress.job.message += "; " + not_read;
  co_return End::kJudged;
}

Awaitable<Result<SandboxResult>> JobRunner::run_in_slot(LiveJob& live,
                                                        const std::string& stdin_text) {
  GB_CO_TRY(ValidSpec spec, live.spec.unpack(live.pin.tree()));
  GB_CO_TRY_VOID(co_await begin_findings(live));
  co_return co_await live.progress->run->run(std::move(spec), stdin_text);
}

Awaitable<Result<void>> JobRunner::begin_findings(LiveJob& live) {
  std::optional<FindingsSpec> spec = live.spec.findings();
  if (!spec) co_return ok();
  live.progress->findings =
      std::make_unique<FindingCollector>(deps_.findings, std::move(*spec), live.pin.tree());
  Result<void> begun = co_await live.progress->findings->begin();
  if (begun.has_error()) live.progress->findings.reset();
  co_return begun;
}

Awaitable<void> JobRunner::drop_files(LiveJobPtr live) {
  JobProgress& progress = *live->progress;
  progress.run.reset();
  if (progress.keeping) (void)co_await caught(deps_.artifacts.drop(*progress.keeping));
}

void JobRunner::fail(LiveJob& live, Error error) {
  JobProgress& progress = deps_.outputs.open(live);
  progress.run.reset();
  judge(progress.job, live.state, live.spec.exit_codes(), std::move(error));
}

// Files are taken in batches while the slot still waits: its cgroup is charged for them until they
// are copied.
Awaitable<void> JobRunner::take_artifacts(LiveJob& live, std::vector<CollectedArtifact> batch) {
  JobProgress& progress = *live.progress;
  if (!progress.tool_ended) progress.tool_ended = deps_.registry.now_of(live);
  co_await read_findings_file(progress, batch);
  if (deps_.artifacts.keeps()) {
    if (!progress.keeping) {
      progress.keeping = deps_.artifacts.begin(live.id(), live.accepted.owner);
    }
    co_await deps_.artifacts.add(*progress.keeping, std::move(batch));
    co_return;
  }
  for (const CollectedArtifact& artifact : batch) {
    progress.job.artifacts.push_back({to_valid_utf8(artifact.path), artifact.size_bytes});
  }
  if (deps_.on_artifacts) deps_.on_artifacts(progress.job.id, std::move(batch));
}

// While the slot still waits, because the file is in its memory.
Awaitable<void> JobRunner::read_findings_file(JobProgress& progress,
                                              const std::vector<CollectedArtifact>& batch) {
  if (!progress.findings) co_return;
  for (const CollectedArtifact& artifact : batch) {
    if (!artifact.content.valid() || !progress.findings->is_file(artifact.path)) continue;
    Result<void> read = co_await progress.findings->read_file(artifact.content.get());
    if (read.has_error()) progress.fault = read.error();
  }
}

// Returns why not all findings were read; empty if all were.
Awaitable<std::string> JobRunner::keep_findings(JobProgress& progress) {
  if (!progress.findings) co_return "";
  Result<void> kept = co_await caught(progress.findings->finish());
  if (kept.has_error()) {
    progress.findings.reset();
    spdlog::error("the findings of job {} are lost: {}", progress.job.id.str(),
                  escape_for_log(kept.error().message()));
    co_return "its findings are lost, because of an internal error; the server's log has the "
              "details";
  }
  progress.job.findings = progress.findings->counts();
  if (progress.findings->problem().empty()) co_return "";
  co_return "not all of its findings could be read: " + progress.findings->problem();
}

// Returns what was left out and why; empty if nothing was.
Awaitable<std::string> JobRunner::keep_artifacts(LiveJob& live,
                                                 const Result<SandboxResult>& result) {
  JobProgress& progress = *live.progress;
  if (!deps_.artifacts.keeps()) co_return "";
  if (!progress.keeping) progress.keeping = deps_.artifacts.begin(live.id(), live.accepted.owner);
  if (result.has_error()) {
    co_await deps_.artifacts.drop(*progress.keeping);
    co_return "";
  }
  ArtifactLibrary::Kept kept = co_await deps_.artifacts.finish(
      *progress.keeping, *progress.tool_ended, result->artifacts_truncated);
  progress.job.artifacts = std::move(kept.artifacts);
  co_return std::move(kept.left_out);
}

// Jobs are isolated, so a lost run can be repeated; followers learn of it. Only a few times,
// because the job itself may be the cause. Not if an observer has already shown output.
bool JobRunner::may_run_again(const LiveJob& live, const Result<SandboxResult>& result) const {
  const JobProgress& progress = *live.progress;
  if (progress.fault || live.attempt >= kMostAttempts) return false;
  if (deps_.registry.observers().wants_all_output() && progress.output.log.size() > 0) return false;
  bool lost = result.has_error() && is_lost_run(result.error());
  if (live.state == JobState::kRunning) return lost;
  bool for_next_process =
      live.state == JobState::kShuttingDown && live.lifetime == Lifetime::kItsOwn;
  bool killed = result.has_value() && std::holds_alternative<Cancelled>(result->outcome);
  return for_next_process && (lost || killed);
}

}  // namespace glovebox
