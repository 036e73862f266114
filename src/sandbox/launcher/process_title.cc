#include "sandbox/launcher/process_title.h"

#include <sys/prctl.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "base/os.h"

namespace glovebox {
namespace {

// proc(5), stat: fields 48 and 49 are the addresses of the arguments in memory.
bool find_arguments(char*& start, char*& end) {
  Result<std::string> stat = os::read_file("/proc/self/stat", 4096);
  if (stat.has_error()) return false;
  std::size_t at = stat->rfind(')');
  for (int field = 2; field < 48 && at != std::string::npos; ++field) at = stat->find(' ', at + 1);
  if (at == std::string::npos) return false;
  unsigned long first = 0, last = 0;
  if (std::sscanf(stat->c_str() + at, " %lu %lu", &first, &last) != 2 || first == 0) return false;
  start = reinterpret_cast<char*>(first);
  end = reinterpret_cast<char*>(last);
  return start < end;
}

}  // namespace

void set_process_title(const char* title) {
  ::prctl(PR_SET_NAME, title);
  char* start;
  char* end;
  if (!find_arguments(start, end)) return;
  std::memset(start, 0, static_cast<std::size_t>(end - start));
  // The last byte stays zero; otherwise the kernel would continue into the environment.
  std::strncpy(start, title, static_cast<std::size_t>(end - start) - 1);
}

}  // namespace glovebox
