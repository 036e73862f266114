// The interface of the sandbox for the rest of Glovebox: takes a spec, returns an outcome. It does
// not know tools, jobs or HTTP.
//
// Threads: all functions are called on the event-loop thread, and callbacks run there.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "model/isolation.h"
#include "model/limits.h"
#include "model/outcome.h"

namespace glovebox {

struct SandboxSpec {
  // The program is searched on kSandboxPath unless it contains a '/'; then it is relative to /work.
  std::vector<std::string> argv;
  // The whole environment, each entry "NAME=VALUE"; no other variable is passed.
  std::vector<std::string> environment;
  // Folder below the project root that /work shows, writable; empty: /work starts empty.
  std::string project;
  // Folder below LauncherOptions::roots_dir that the job sees as its root, read-only; empty: the
  // slot's own root, which shows the host's /usr. The landlock tier refuses any other root.
  std::string root;
  Limits limits;
  // Whether files that the job created or changed below /work are returned.
  bool collect_artifacts = true;
  // Whether the job may create System V IPC objects and POSIX message queues, in its own IPC
  // namespace. The landlock tier has no IPC namespaces.
  bool allow_ipc = false;
};

inline constexpr std::string_view kSandboxPath = "/usr/local/bin:/usr/bin:/bin";

// Bounds of a spec: total size of argv and environment, and number of strings.
inline constexpr std::size_t kMaxArgumentBytes = 128 << 10;
inline constexpr std::size_t kMaxArguments = 4096;
// Bounds of the returned artifacts.
inline constexpr std::size_t kMaxArtifacts = 1000;
// How many descriptors of artifacts a run has open at a time, if the caller takes them as they
// come.
inline constexpr std::size_t kArtifactWindow = 16;

// A spec that has been validated: a sandbox runs only this type.
class ValidSpec {
 public:
  // kValidation if argv is empty, a string contains NUL, a bound is exceeded, the project or the
  // root is not a single plain folder name, or a limit is not positive.
  static Result<ValidSpec> validate(SandboxSpec spec);
  const SandboxSpec& get() const { return spec_; }

 private:
  explicit ValidSpec(SandboxSpec spec) : spec_(std::move(spec)) {}
  SandboxSpec spec_;
};

// The job's descriptors 0, 1 and 2. An invalid descriptor is replaced by /dev/null.
struct SandboxStreams {
  UniqueFd in;
  UniqueFd out;
  UniqueFd err;
};

// One name of a regular file, open for reading. No process can change the file any more, or reach
// it by a name that is not in this result. Its memory stays charged to the slot until it is closed,
// so copy and close it soon.
struct CollectedArtifact {
  std::string path;  // relative to /work
  std::int64_t size_bytes = 0;
  UniqueFd content;
  // A hard link: another name of the previous artifact. `content` is then invalid.
  bool further_name = false;
};

struct SandboxResult {
  Outcome outcome;
  Usage usage;
  std::vector<CollectedArtifact> artifacts;
  // From start() in a free slot, or from the moment when the slot became free, to the execution of
  // the tool's program; nothing if it was not executed or not measured.
  std::optional<std::chrono::nanoseconds> launch;
  // More than kMaxArtifacts files, or files that are not regular, were left out.
  bool artifacts_truncated = false;
};

// Receives artifacts in batches, with at most kArtifactWindow open at a time. The next batch comes
// after `taken` was called. A hard link may come in a later batch than its artifact.
using TakeArtifacts =
    std::function<void(std::vector<CollectedArtifact> batch, std::function<void()> taken)>;

// A running job. Destroying it kills the job; its OnEnd is then not called.
class SandboxRun {
 public:
  virtual ~SandboxRun() = default;
  // Ends all processes of the job: SIGTERM, then SIGKILL after the grace period in its limits.
  // OnEnd follows with Cancelled. Idempotent.
  virtual void kill() = 0;
  // Passes artifacts to `on_artifacts` instead of the result, so that few descriptors are open at a
  // time. OnEnd comes after the last artifact, unless the slot dies. Call right after start().
  virtual void set_artifact_sink(TakeArtifacts take) = 0;
  // The usage reported last, with peaks so far; all zero before the first report.
  virtual Usage usage_so_far() const { return {}; }
};

// An Error if the slot died or the run never reached one: the job is not the cause and may be
// started again.
Error lost_run_error(std::string message);
bool is_lost_run(const Error& error);

// How many slots are in each state; the sum is slots().
struct SlotStates {
  std::size_t idle = 0;
  std::size_t busy = 0;      // with a run, or with files of one that are being taken
  std::size_t replaced = 0;  // the last one died, and the launcher makes another
};

class Sandbox {
 public:
  virtual ~Sandbox() = default;

  // How many jobs may run at once.
  virtual std::size_t slots() const = 0;
  virtual SlotStates slot_states() const { return {slots(), 0, 0}; }
  virtual const IsolationReport& isolation() const = 0;

  // Why no job can be run at the moment, for operators; empty: jobs can run. Do not start jobs
  // during an outage.
  virtual std::string outage() const { return {}; }
  // Whether the outage is permanent.
  virtual bool is_lost() const { return false; }
  // `listener` is called whenever an outage begins or ends. There is one listener; null: none.
  virtual void on_outage_change(std::function<void()>) {}

  // Called exactly once, never inside start(), after every process of the job has ended. An Error
  // means that the job was never run or its end is unknown, which is a failure of Glovebox. The
  // exception is kUser: argv[0] could not be executed, and errno_value() is the reason (ENOENT,
  // EACCES, ENOEXEC).
  using OnEnd = std::function<void(Result<SandboxResult>)>;

  // At most slots() runs at a time; a further one ends with kInternal.
  virtual std::unique_ptr<SandboxRun> start(ValidSpec spec, SandboxStreams streams,
                                            OnEnd on_end) = 0;
};

}  // namespace glovebox
