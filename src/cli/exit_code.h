// The exit codes of `run`, `exec` and `serve`.
#pragma once

#include "model/job.h"

namespace glovebox {

inline constexpr int kExitTimeLimit = 124;
inline constexpr int kExitGloveboxFailed = 125;
inline constexpr int kExitNotExecutable = 126;
inline constexpr int kExitNotFound = 127;
inline constexpr int kExitSignalBase = 128;
// For `serve`: its sandbox failed and this process cannot create it again, so restart the server.
// Same value as EX_TEMPFAIL in sysexits(3).
inline constexpr int kExitSandboxLost = 75;
// Stopped at another limit or for a forbidden call: as if by SIGKILL.
inline constexpr int kExitKilled = 137;
inline constexpr int kExitCancelled = 130;     // as by SIGINT
inline constexpr int kExitOutputClosed = 141;  // as if by SIGPIPE: the reader is gone

// The exit code for an ended job.
int exit_code_of(const Job& job);
// The exit code for an Error: 126 or 127 if its errno says that the program could not be executed,
// else 125.
int exit_code_of(const Error& error);

}  // namespace glovebox
