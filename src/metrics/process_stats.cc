#include "metrics/process_stats.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "base/os.h"

namespace glovebox {
namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

ProcessStats ProcessStats::open() {
  ProcessStats stats;
  if (auto statm = os::open("/proc/self/statm", O_RDONLY); statm.has_value()) {
    stats.statm_ = std::move(*statm);
  }
  if (auto folder = os::open("/proc/self/fd", O_RDONLY | O_DIRECTORY); folder.has_value()) {
    stats.fds_.reset(::fdopendir(folder->get()));
    if (stats.fds_) (void)folder->release();
  }
  return stats;
}

ProcessStats::Values ProcessStats::read() {
  Values values;
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  values.cpu_seconds = seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
  values.start_time_seconds = std::chrono::duration<double>(started_.time_since_epoch()).count();
  values.open_fds = count_fds();
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    values.max_fds = static_cast<double>(limit.rlim_cur);
  }
  if (!statm_.valid()) return values;
  Result<std::string> text = os::pread_text(statm_.get(), "/proc/self/statm");
  unsigned long long size = 0;
  unsigned long long resident = 0;
  if (text.has_error() || std::sscanf(text->c_str(), "%llu %llu", &size, &resident) != 2) {
    return values;
  }
  auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
  values.virtual_bytes = static_cast<double>(size) * page;
  values.resident_bytes = static_cast<double>(resident) * page;
  return values;
}

// Since Linux 6.2 the size of the folder is the number of descriptors. Before, its entries are
// counted; there are at most as many as the limit on descriptors.
std::optional<double> ProcessStats::count_fds() {
  if (!fds_) return std::nullopt;
  struct stat status {};
  if (::fstat(::dirfd(fds_.get()), &status) == 0 && status.st_size > 0) {
    return static_cast<double>(status.st_size);
  }
  ::rewinddir(fds_.get());
  std::size_t count = 0;
  while (const dirent* entry = ::readdir(fds_.get())) count += entry->d_name[0] != '.';
  return static_cast<double>(count);
}

}  // namespace glovebox
