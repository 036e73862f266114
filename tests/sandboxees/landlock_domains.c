// Enters as many nested Landlock domains as the kernel allows. "landlock_domains"
#include <linux/landlock.h>
#include <sys/syscall.h>

#include "probe.h"

#define MORE_THAN_THE_KERNEL_HAS 64

int main(void) {
  require_confinement();
  struct landlock_ruleset_attr attributes = {.handled_access_fs = LANDLOCK_ACCESS_FS_MAKE_BLOCK};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  int domains = 0;
  while (domains < MORE_THAN_THE_KERNEL_HAS) {
    long ruleset = syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
    if (ruleset < 0) break;
    long entered = syscall(SYS_landlock_restrict_self, ruleset, 0);
    close((int)ruleset);
    if (entered != 0) break;
    ++domains;
  }
  report_value("domains", domains);
  return 0;
}
