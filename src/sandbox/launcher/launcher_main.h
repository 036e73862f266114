// The launcher's own life, in its own process.
#pragma once

#include "base/unique_fd.h"
#include "sandbox/launcher/launcher_options.h"

namespace glovebox {

// Between server and launcher there is a keeper, which only waits: a launcher that dies
// while the server lives is started again, from a process that still has the privileges and one
// thread, as the server by then has not. Never returns. `control` is the launcher's end of the
// pair. `options.tier` is one of the two.
[[noreturn]] void run_keeper(const LauncherOptions& options, UniqueFd control);

// Makes the slots, says so on `control`, replaces those that die, and ends with the server. Never
// returns.
[[noreturn]] void run_launcher(const LauncherOptions& options, UniqueFd control);

// The exit status of a launcher that could not make its slots. Where they have never stood,
// starting it again would not help.
inline constexpr int kLauncherFailed = 3;

}  // namespace glovebox
