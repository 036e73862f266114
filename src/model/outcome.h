// Outcome: how the tool ended. Our own failures are Errors and never stand here.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "model/limits.h"

namespace glovebox {

// It ended by itself.
struct Exited {
  int code = 0;
  bool operator==(const Exited&) const = default;
};

// A signal that was not ours ended it, such as SIGSEGV.
struct Signaled {
  int signal = 0;
  bool operator==(const Signaled&) const = default;
};

// A limit ended it. Configured and observed are in milliseconds, bytes or a count, as the limit is.
struct LimitExceeded {
  LimitKind which = LimitKind::kWallTime;
  std::int64_t configured = 0;
  std::int64_t observed = 0;
  // How the tool itself ended, where it did so before we ended it.
  std::optional<int> exit_code;
  std::optional<int> signal;
  bool operator==(const LimitExceeded&) const = default;
};

// It made a call that the sandbox answers by killing, such as one through the 32-bit entry.
struct Violation {
  std::string what;
  bool operator==(const Violation&) const = default;
};

// Someone asked to stop it.
struct Cancelled {
  bool operator==(const Cancelled&) const = default;
};

using Outcome = std::variant<Exited, Signaled, LimitExceeded, Violation, Cancelled>;

// "SIGKILL" for 9; "SIG64" where there is no name.
std::string signal_name(int signal);

// One sentence for people: "exited with code 1", "ended by SIGSEGV",
// "stopped at the memory limit: 512 MiB allowed, 512 MiB seen".
std::string describe(const Outcome& outcome);

}  // namespace glovebox
