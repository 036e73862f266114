// JobRunner: runs one job in its slot, from the first process to the outcome in its record.
//
// It keeps no state between jobs. Threads: the event loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/awaitable.h"
#include "base/result.h"
#include "execution/artifacts/artifact_library.h"
#include "execution/jobs/job_registry.h"
#include "execution/jobs/live_job.h"
#include "execution/jobs/output_hub.h"
#include "sandbox/sandbox.h"

namespace glovebox {

class JobRunner {
 public:
  // Receives a job's files if there is no ArtifactStore.
  using ArtifactSink = std::function<void(const JobId&, std::vector<CollectedArtifact>)>;
  struct Deps {
    boost::asio::io_context& loop;
    Sandbox& sandbox;
    ArtifactLibrary& artifacts;
    JobRegistry& registry;
    OutputHub& outputs;
    std::shared_ptr<OutputTurns> output_turns;
    FindingCollector::Deps findings;
    ArtifactSink on_artifacts;  // null: the files are closed
  };
  explicit JobRunner(const Deps& deps) : deps_(deps) {}

  // kLost: the run was lost, or stopped for the shutdown, and the job may run again.
  enum class End : std::uint8_t { kJudged, kLost };

  // Creates the job's progress and its pipes, and moves it to kRunning.
  void prepare(const LiveJobPtr& live);
  // Call after prepare(). Returns when every process of the job has ended and its files are stored;
  // the record then has the outcome. After an Error, which is a failure of Glovebox, or an
  // exception the caller must call drop_files() and fail(). `stdin_text` must live until it
  // returns.
  Awaitable<Result<End>> run(LiveJobPtr live, const std::string& stdin_text);
  Awaitable<void> drop_files(LiveJobPtr live);
  // Writes the error into the record, which is created if there is none.
  void fail(LiveJob& live, Error error);

 private:
  void read_output(LiveJob& live, OutputStream stream, std::string_view bytes);
  void append_output(LiveJob& live, OutputStream stream, std::string_view bytes);
  void read_for_findings(LiveJob& live, OutputStream stream, std::string_view bytes);
  bool needs_all_output(const JobProgress& progress) const;
  Awaitable<Result<void>> begin_findings(LiveJob& live);
  Awaitable<void> read_findings_file(JobProgress& progress,
                                     const std::vector<CollectedArtifact>& batch);
  Awaitable<std::string> keep_findings(JobProgress& progress);
  Awaitable<Result<SandboxResult>> run_in_slot(LiveJob& live, const std::string& stdin_text);
  Awaitable<void> take_artifacts(LiveJob& live, std::vector<CollectedArtifact> batch);
  Awaitable<std::string> keep_artifacts(LiveJob& live, const Result<SandboxResult>& result);
  bool may_run_again(const LiveJob& live, const Result<SandboxResult>& result) const;

  Deps deps_;
};

}  // namespace glovebox
