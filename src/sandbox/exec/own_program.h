// Whether executing a file would execute Glovebox itself.
//
// Until its first exec a job's process is a clone of the slot's supervisor, so /proc/self/exe is
// our own program there: a project whose program begins with "#!/proc/self/exe", names it as ELF
// interpreter (PT_INTERP), or is a link to it would run us inside the job, with the program's file
// open (CVE-2019-5736). Landlock refuses that as well. From the second exec on /proc/self/exe is
// the tool.
#pragma once

#include <sys/types.h>

namespace glovebox {

struct OwnProgram {
  dev_t device = 0;
  ino_t inode = 0;

  // Of this process; all zero where /proc is not there, and then a job has none either.
  static OwnProgram find();
};

// Follows interpreters as execve(2) does. Raw system calls only. No other process of the job runs
// yet, so nothing changes between this and the exec.
bool leads_to_own_program(const char* path, const OwnProgram& own);

}  // namespace glovebox
