// The main loop of the launcher, in its own process.
#pragma once

#include "base/unique_fd.h"
#include "sandbox/launcher/launcher_options.h"

namespace glovebox {

// The keeper is between server and launcher and only waits. It restarts a launcher that dies while
// the server lives, because it still has the privileges and a single thread, and the server then
// has neither. Does not return. `control` is the launcher's end of the socket pair. `options.tier`
// is kNamespaces or kLandlock.
[[noreturn]] void run_keeper(const LauncherOptions& options, UniqueFd control);

// Creates the slots, reports them on `control`, replaces slots that die, and ends with the server.
// Does not return.
[[noreturn]] void run_launcher(const LauncherOptions& options, UniqueFd control);

// The exit status of a launcher that could not create its slots. If they have never worked,
// restarting it would not help.
inline constexpr int kLauncherFailed = 3;

}  // namespace glovebox
