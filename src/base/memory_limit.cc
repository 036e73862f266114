#include "base/memory_limit.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <sstream>
#include <string>

#include "base/os.h"

namespace glovebox {
namespace {

constexpr std::size_t kSmallFile = 64 << 10;
constexpr int kMostLevels = 64;
// cgroup v1 expresses "no limit" as a number near 2^63; no machine has this much memory.
constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 60;

void lower(std::optional<ByteCount>& limit, std::optional<ByteCount> other) {
  if (other && (!limit || *other < *limit)) limit = other;
}

// "max" is not a number, so there is no limit.
std::optional<ByteCount> read_limit(const std::filesystem::path& file) {
  auto text = os::read_file(file, kSmallFile);
  if (text.has_error()) return std::nullopt;
  char* end = nullptr;
  errno = 0;
  std::uint64_t bytes = std::strtoull(text->c_str(), &end, 10);
  if (end == text->c_str() || errno != 0 || bytes >= kNoLimit) return std::nullopt;
  return ByteCount(bytes);
}

std::optional<ByteCount> smallest_above(const std::filesystem::path& mount,
                                        std::filesystem::path cgroup, const char* file) {
  std::optional<ByteCount> smallest;
  for (int level = 0; level < kMostLevels; ++level) {
    lower(smallest, read_limit(mount / cgroup.relative_path() / file));
    if (!cgroup.has_relative_path()) break;
    cgroup = cgroup.parent_path();
  }
  return smallest;
}

bool names_memory(const std::string& controllers) {
  return ("," + controllers + ",").find(",memory,") != std::string::npos;
}

}  // namespace

std::optional<ByteCount> cgroup_memory_limit(std::string_view proc_cgroup,
                                             const std::filesystem::path& mount) {
  std::istringstream lines{std::string(proc_cgroup)};
  std::optional<ByteCount> smallest;
  for (std::string line; std::getline(lines, line);) {
    // "ID:CONTROLLERS:PATH"; version 2 has no controllers.
    std::size_t first = line.find(':');
    std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    std::string controllers = line.substr(first + 1, second - first - 1);
    std::filesystem::path path = line.substr(second + 1);
    if (controllers.empty()) {
      lower(smallest, smallest_above(mount, path, "memory.max"));
      lower(smallest, smallest_above(mount / "unified", path, "memory.max"));
    }
    if (names_memory(controllers)) {
      lower(smallest, smallest_above(mount / "memory", path, "memory.limit_in_bytes"));
    }
  }
  return smallest;
}

ByteCount usable_memory() {
  auto pages = static_cast<std::uint64_t>(std::max(1L, ::sysconf(_SC_PHYS_PAGES)));
  ByteCount memory(pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)));
  auto cgroup = os::read_file("/proc/self/cgroup", kSmallFile);
  if (cgroup.has_error()) return memory;
  std::optional<ByteCount> limit = cgroup_memory_limit(cgroup.value(), "/sys/fs/cgroup");
  return limit ? std::min(*limit, memory) : memory;
}

}  // namespace glovebox
