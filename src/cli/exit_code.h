// What `run`, `exec` and `serve` exit with.
#pragma once

#include "model/job.h"

namespace glovebox {

inline constexpr int kExitTimeLimit = 124;
inline constexpr int kExitGloveboxFailed = 125;
inline constexpr int kExitNotExecutable = 126;
inline constexpr int kExitNotFound = 127;
inline constexpr int kExitSignalBase = 128;
// Of `serve`: its sandbox is gone and cannot be made again by this process; start another. As
// EX_TEMPFAIL of sysexits(3).
inline constexpr int kExitSandboxLost = 75;
// Stopped at a limit of another kind, or for a forbidden call: as if by SIGKILL.
inline constexpr int kExitKilled = 137;
inline constexpr int kExitCancelled = 130;     // as by SIGINT
inline constexpr int kExitOutputClosed = 141;  // as by SIGPIPE: nobody reads any more

// Of a job that has ended.
int exit_code_of(const Job& job);
// Of an Error instead of an end: 126 or 127 where its errno says that the program could not be
// executed, else 125.
int exit_code_of(const Error& error);

}  // namespace glovebox
