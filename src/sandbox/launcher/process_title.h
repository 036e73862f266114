// What ps and /proc/PID/cmdline show of this process.
#pragma once

namespace glovebox {

// Also erases the command line that the process was started with. A job can read the command line
// of its init, which is a copy of this process, at /proc/1/cmdline, and must not see the server's
// flags and paths. `title`: at most 15 characters.
void set_process_title(const char* title);

}  // namespace glovebox
