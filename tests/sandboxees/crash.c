// Ends with a signal that leaves a core file if the limit allows it: "crash segv" or "crash abort".
// "crash limits" only prints the limit; "crash dump" raises it first.
#include <sys/resource.h>

#include "probe.h"

int main(int argc, char** argv) {
  const char* how = argc > 1 ? argv[1] : "segv";
  struct rlimit core = {0, 0};
  getrlimit(RLIMIT_CORE, &core);
  if (strcmp(how, "limits") == 0) {
    report_value("core-soft", (long long)core.rlim_cur);
    report_value("core-hard", (long long)core.rlim_max);
    return 0;
  }
  core.rlim_cur = strcmp(how, "dump") == 0 ? RLIM_INFINITY : core.rlim_max;
  if (strcmp(how, "dump") == 0) core.rlim_max = RLIM_INFINITY;
  setrlimit(RLIMIT_CORE, &core);
  if (strcmp(how, "abort") == 0) abort();
  int* volatile nowhere = (int*)8;
  *nowhere = 1;
  return 0;
}
