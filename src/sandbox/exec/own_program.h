// Whether executing a file would execute Glovebox itself.
//
// Until its first exec a job's process is a clone of the slot's supervisor, so /proc/self/exe is
// our own program there. A project could contain a program that starts with "#!/proc/self/exe",
// names it as ELF interpreter (PT_INTERP), or is a link to it. Executing it would run Glovebox
// inside the job with the program's file open (CVE-2019-5736). Landlock refuses that as well. After
// the first exec, /proc/self/exe is the tool.
#pragma once

#include <sys/types.h>

namespace glovebox {

struct OwnProgram {
  dev_t device = 0;
  ino_t inode = 0;

  // Of this process; all zero if there is no /proc. A job then has no /proc either.
  static OwnProgram find();
};

// Follows interpreters as execve(2) does. Uses raw system calls only. No other process of the job
// runs yet, so nothing changes between this check and the exec.
bool leads_to_own_program(const char* path, const OwnProgram& own);

}  // namespace glovebox
