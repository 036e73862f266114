#include "cli/usable_cpus.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>

#include "base/os.h"

namespace glovebox {
namespace {

constexpr std::size_t kSmallFile = 64 << 10;
constexpr int kMostLevels = 64;

double quota(double limit, double period) {
  return limit > 0 && period > 0 ? limit / period : 0;
}

// cgroup v2: "MAX PERIOD" or "max PERIOD".
double read_v2(const std::filesystem::path& folder) {
  auto text = os::read_file(folder / "cpu.max", kSmallFile);
  if (text.has_error()) return 0;
  double limit = 0, period = 0;
  std::istringstream stream(text.value());
  return stream >> limit >> period ? quota(limit, period) : 0;
}

// cgroup v1: a quota of -1 means no quota.
double read_v1(const std::filesystem::path& folder) {
  auto limit = os::read_file(folder / "cpu.cfs_quota_us", kSmallFile);
  auto period = os::read_file(folder / "cpu.cfs_period_us", kSmallFile);
  if (limit.has_error() || period.has_error()) return 0;
  return quota(std::atof(limit.value().c_str()), std::atof(period.value().c_str()));
}

double smallest_above(const std::filesystem::path& mount, std::filesystem::path cgroup,
                      double (*read)(const std::filesystem::path&)) {
  double smallest = 0;
  for (int level = 0; level < kMostLevels; ++level) {
    double here = read(mount / cgroup.relative_path());
    if (here > 0 && (smallest == 0 || here < smallest)) smallest = here;
    if (!cgroup.has_relative_path()) break;
    cgroup = cgroup.parent_path();
  }
  return smallest;
}

bool names_cpu_controller(std::string_view controllers) {
  while (!controllers.empty()) {
    std::size_t comma = controllers.find(',');
    if (controllers.substr(0, comma) == "cpu") return true;
    if (comma == std::string_view::npos) break;
    controllers.remove_prefix(comma + 1);
  }
  return false;
}

}  // namespace

double cgroup_cpu_quota(std::string_view proc_cgroup, const std::filesystem::path& mount) {
  std::istringstream lines{std::string(proc_cgroup)};
  double smallest = 0;
  for (std::string line; std::getline(lines, line);) {
    // "ID:CONTROLLERS:PATH"; v2 has no controllers.
    std::size_t first = line.find(':');
    std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    std::string controllers = line.substr(first + 1, second - first - 1);
    std::filesystem::path path = line.substr(second + 1);
    double found = 0;
    if (controllers.empty()) found = smallest_above(mount, path, read_v2);
    if (names_cpu_controller(controllers)) found = smallest_above(mount / "cpu", path, read_v1);
    if (found > 0 && (smallest == 0 || found < smallest)) smallest = found;
  }
  return smallest;
}

int usable_cpus() {
  cpu_set_t set;
  int cpus = ::sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  auto cgroup = os::read_file("/proc/self/cgroup", kSmallFile);
  double limit = cgroup.has_error() ? 0 : cgroup_cpu_quota(cgroup.value(), "/sys/fs/cgroup");
  if (limit > 0) cpus = std::min(cpus, static_cast<int>(std::ceil(limit)));
  return std::max(1, cpus);
}

}  // namespace glovebox
