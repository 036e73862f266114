// What the rest of Glovebox knows of the sandbox: a spec goes in, an outcome comes out. It knows
// nothing of tools, jobs or HTTP.
//
// Threads: everything here is called on, and calls back on, the event-loop thread.
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
  // The program is looked up on kSandboxPath unless it holds a '/'; then it is relative to /work.
  std::vector<std::string> argv;
  // The whole environment, "NAME=VALUE" each; nothing else is passed.
  std::vector<std::string> environment;
  // Folder below the project root that /work shows, writable; empty: /work starts empty.
  std::string project;
  // Folder below LauncherOptions::roots_dir that the job sees as its root, read-only; empty: the
  // slot's own root, which shows the host's /usr. The landlock tier has no other root, and refuses.
  std::string root;
  Limits limits;
  // Whether files that the job made or changed below /work are handed back.
  bool collect_artifacts = true;
  // Whether the job may make System V IPC objects and POSIX message queues, in an IPC namespace of
  // its own. The landlock tier has none.
  bool allow_ipc = false;
};

inline constexpr std::string_view kSandboxPath = "/usr/local/bin:/usr/bin:/bin";

// Bounds of a spec: argv and environment together, and the number of strings.
inline constexpr std::size_t kMaxArgumentBytes = 128 << 10;
inline constexpr std::size_t kMaxArguments = 4096;
// Bounds of what is handed back.
inline constexpr std::size_t kMaxArtifacts = 1000;
// How many of them a run holds open at one time, where somebody takes them as they come.
inline constexpr std::size_t kArtifactWindow = 16;

// A spec that has been checked: the only thing that a sandbox runs.
class ValidSpec {
 public:
  // kValidation where argv is empty, a string holds NUL, a bound is passed, the project or the root
  // is not one plain folder name, or a limit is not positive.
  static Result<ValidSpec> validate(SandboxSpec spec);
  const SandboxSpec& get() const { return spec_; }

 private:
  explicit ValidSpec(SandboxSpec spec) : spec_(std::move(spec)) {}
  SandboxSpec spec_;
};

// The job's descriptors 0, 1 and 2. An invalid one is /dev/null.
struct SandboxStreams {
  UniqueFd in;
  UniqueFd out;
  UniqueFd err;
};

// A name of a regular file, open for reading, which nobody can change any more, or name otherwise
// than in this result. It keeps the job's memory charged until it is closed, so copy and close
// soon.
struct CollectedArtifact {
  std::string path;  // relative to /work
  std::int64_t size_bytes = 0;
  UniqueFd content;
  // A hard link: another name of the artifact before it. `content` is invalid then.
  bool further_name = false;
};

struct SandboxResult {
  Outcome outcome;
  Usage usage;
  std::vector<CollectedArtifact> artifacts;
  // From start() in a free slot, or from the slot's becoming free, to the execution of the tool's
  // program; nothing if it was not executed, or nobody measured.
  std::optional<std::chrono::nanoseconds> launch;
  // More than kMaxArtifacts, or files that are not regular, were left out.
  bool artifacts_truncated = false;
};

// Takes artifacts as they come, at most kArtifactWindow at one time; the next ones come once
// `taken` has been called. A further name may come in another batch than the artifact before it.
using TakeArtifacts =
    std::function<void(std::vector<CollectedArtifact> batch, std::function<void()> taken)>;

// A job under way. Destroying it kills the job; its OnEnd is then not called.
class SandboxRun {
 public:
  virtual ~SandboxRun() = default;
  // Ends the whole process tree: SIGTERM, and SIGKILL when the grace of its limits is over. OnEnd
  // follows with Cancelled. Idempotent.
  virtual void kill() = 0;
  // Artifacts go there rather than into the result, so that few descriptors are open at one time;
  // OnEnd comes after the last of them, unless the slot dies. Call right after start().
  virtual void set_artifact_sink(TakeArtifacts take) = 0;
  // As it was a moment ago, peaks so far; all zero at first.
  virtual Usage usage_so_far() const { return {}; }
};

// An Error for a run whose slot died, or that never got to one: nothing is wrong with the job, and
// it may be started again.
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

  // Why nothing can be run at the moment, for operators; empty: it can. Start nothing meanwhile.
  virtual std::string outage() const { return {}; }
  // Whether the outage is for good.
  virtual bool is_lost() const { return false; }
  // `listener` is called each time that an outage begins or is over. There is one; null: none.
  virtual void on_outage_change(std::function<void()>) {}

  // Called exactly once, never from inside start(), after every process of the job is dead. An
  // Error means that the job was never run or its end is unknown: our fault, but for kUser: argv[0]
  // could not be executed, with errno_value() telling why (ENOENT, EACCES, ENOEXEC).
  using OnEnd = std::function<void(Result<SandboxResult>)>;

  // At most slots() runs at a time; one more ends with kInternal.
  virtual std::unique_ptr<SandboxRun> start(ValidSpec spec, SandboxStreams streams,
                                            OnEnd on_end) = 0;
};

}  // namespace glovebox
