// What a job's processes need to know. The slot's supervisor prepares it, because memory may not be
// allocated between clone and exec.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sandbox/exec/job_report.h"
#include "sandbox/exec/job_streams.h"
#include "sandbox/exec/own_program.h"
#include "sandbox/exec/rlimits.h"
#include "sandbox/sandbox.h"

namespace glovebox {

// Mount options of a tmpfs.
struct DiskSize {
  std::uint64_t bytes = 0;
  std::uint64_t inodes = 0;

  std::string options() const;
};
// The size of the one tmpfs for everything that a job writes. It allows one inode per page.
DiskSize disk_size(const Limits& limits);

struct JobPlan {
  std::vector<std::string> programs;  // paths to try for argv[0], in order
  bool program_is_checked = false;    // argv[0] is not searched in the host's /usr
  OwnProgram own_program;
  std::vector<char*> argv;         // null-terminated; points into the spec
  std::vector<char*> environment;  // null-terminated
  std::vector<RlimitValue> rlimits;
  JobStreams streams;
  JobReport* report = nullptr;

  // Only for the namespaces tier.
  std::string project;  // the project's folder in the store; empty: /work starts empty
  std::string overlay_options;
  std::string root;  // the root's folder in "roots"; empty: the slot's own root
  std::string root_options;
  DiskSize disk;
  std::string disk_options;

  // Only for the landlock tier.
  int landlock_abi = 0;
  int supervisor = -1;  // a socket on which the job sends the listener of its filter
};

// `has_pids` and `has_memory`: whether a cgroup enforces those limits. If so, rlimits are only a
// second barrier.
struct PlanOptions {
  bool change_id = false;
  bool has_pids = false;
  bool has_memory = false;
  // RLIMIT_NPROC counts per uid: not usable if the server and other jobs share the uid.
  bool own_process_count = true;
};
JobPlan make_job_plan(SandboxSpec& spec, const PlanOptions& options);

}  // namespace glovebox
