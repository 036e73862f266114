// Outcome: how the tool ended. A failure of Glovebox is an Error, never an Outcome.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "model/limits.h"

namespace glovebox {

// The tool exited by itself.
struct Exited {
  int code = 0;
  bool operator==(const Exited&) const = default;
};

// A signal that Glovebox did not send ended it, such as SIGSEGV.
struct Signaled {
  int signal = 0;
  bool operator==(const Signaled&) const = default;
};

// A limit ended it. Configured and observed are in milliseconds, bytes or a count, depending on the
// limit.
struct LimitExceeded {
  LimitKind which = LimitKind::kWallTime;
  std::int64_t configured = 0;
  std::int64_t observed = 0;
  // How the tool itself ended, if it did before we ended it.
  std::optional<int> exit_code;
  std::optional<int> signal;
  bool operator==(const LimitExceeded&) const = default;
};

// It made a system call for which the sandbox kills, for example through the 32-bit entry.
struct Violation {
  std::string what;
  bool operator==(const Violation&) const = default;
};

// A user cancelled it.
struct Cancelled {
  bool operator==(const Cancelled&) const = default;
};

using Outcome = std::variant<Exited, Signaled, LimitExceeded, Violation, Cancelled>;

// "SIGKILL" for 9; "SIG64" if the signal has no name.
std::string signal_name(int signal);

// One sentence for people: "exited with code 1", "killed by signal SIGSEGV", "stopped at the memory
// limit: 512 MiB allowed, 512 MiB seen".
std::string describe(const Outcome& outcome);

}  // namespace glovebox
