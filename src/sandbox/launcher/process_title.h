// What ps and /proc/PID/cmdline show of this process.
#pragma once

namespace glovebox {

// Also wipes the command line that the process was started with: a job reads that of its init,
// which is a copy of this process, at /proc/1/cmdline, and a server's flags and paths are no
// business of a job's. `title`: at most 15 characters.
void set_process_title(const char* title);

}  // namespace glovebox
