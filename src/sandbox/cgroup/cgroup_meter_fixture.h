// Plain files replace those of cgroupfs: they have the same numbers, and the test rewrites them as
// the kernel would. A limit is written at the descriptor's current position, so tests read limits
// only after a single begin().
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <string_view>

#include "base/os.h"
#include "sandbox/cgroup/cgroup_meter.h"
#include "temp_folder.h"

namespace glovebox {

class CgroupMeterFixture : public testing::Test {
 protected:
  TempFolder folder_;

  UniqueFd file(const std::string& name, std::string_view content) {
    return os::open(folder_.write(name, content), O_RDWR).value();
  }
  void put(const std::string& name, std::string_view content) { folder_.write(name, content); }
  std::string get(const std::string& name) {
    std::ifstream in(folder_.path() / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  CgroupFiles v1_files() {
    CgroupFiles files;
    files.version = 1;
    files.memory_limit = file("memory.limit", "");
    files.memory_swap_limit = file("memsw.limit", "");
    files.memory_current = file("memory.usage", "4096\n");
    // A write that resets the counter is appended after the number that the test lets the kernel
    // return.
    files.memory_peak = os::open(folder_.write("memory.max_usage", ""), O_RDWR | O_APPEND).value();
    files.memory_events = file("oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
    files.memory_notify = os::eventfd().value();
    files.pids_limit = file("pids.max", "");
    files.pids_current = file("pids.current", "2\n");
    files.pids_events = file("pids.events", "max 5\n");
    files.cpu_limit = file("cfs_quota_us", "");
    files.cpu_user = file("usage_user", "1000000000\n");
    files.cpu_system = file("usage_sys", "500000000\n");
    return files;
  }

  CgroupFiles v2_files() {
    CgroupFiles files;
    files.version = 2;
    files.memory_limit = file("memory.max", "");
    files.memory_swap_limit = file("memory.swap.max", "");
    files.memory_current = file("memory.current", "4096\n");
    files.memory_events = file("memory.events",
                               "low 0\nhigh 0\nmax 7\noom 2\noom_kill 1\n"
                               "oom_group_kill 0\n");
    files.pids_limit = file("pids.max", "");
    files.pids_current = file("pids.current", "2\n");
    files.pids_peak = file("pids.peak", "9\n");
    files.pids_events = file("pids.events", "max 0\n");
    files.cpu_limit = file("cpu.max", "");
    files.cpu_user =
        file("cpu.stat", "usage_usec 30\nuser_usec 10\nsystem_usec 20\nnr_periods 0\n");
    return files;
  }

  static Limits limits() {
    Limits limits;
    limits.memory = ByteCount(1 << 20);
    limits.cpus = 1.5;
    limits.processes = 10;
    return limits;
  }
};

}  // namespace glovebox
