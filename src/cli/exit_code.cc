#include "cli/exit_code.h"

#include <cerrno>

namespace glovebox {

int exit_code_of(const Job& job) {
  switch (job.status) {
    case JobStatus::kCompleted:
      return job.exit_code.value_or(0);  // not 0 if the tool declares the code
    case JobStatus::kTimeout:
      return kExitTimeLimit;
    case JobStatus::kCancelled:
      return kExitCancelled;
    case JobStatus::kFailed:
      break;
    case JobStatus::kQueued:
    case JobStatus::kRunning:
      return kExitGloveboxFailed;
  }
  if (job.reason == "exit-code") return job.exit_code.value_or(kExitGloveboxFailed);
  if (job.reason == "signal") return kExitSignalBase + job.signal.value_or(0);
  if (job.reason == "server-restarted" || job.reason.empty()) return kExitGloveboxFailed;
  return kExitKilled;
}

int exit_code_of(const Error& error) {
  if (error.kind() != ErrorKind::kUser) return kExitGloveboxFailed;
  if (error.errno_value() == ENOENT) return kExitNotFound;
  return error.errno_value() == 0 ? kExitGloveboxFailed : kExitNotExecutable;
}

}  // namespace glovebox
