// What a job's processes need to know. The slot's supervisor makes it in advance, since between
// clone and exec nothing may be allocated.
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

// Of a tmpfs.
struct DiskSize {
  std::uint64_t bytes = 0;
  std::uint64_t inodes = 0;

  std::string options() const;
};
// Of the one tmpfs for all that a job writes. Its inodes are bounded by one page a file.
DiskSize disk_size(const Limits& limits);

struct JobPlan {
  std::vector<std::string> programs;  // paths to try for argv[0], in order
  bool program_is_checked = false;    // argv[0] is not looked up in the host's /usr
  OwnProgram own_program;
  std::vector<char*> argv;         // null-terminated; points into the spec
  std::vector<char*> environment;  // null-terminated
  std::vector<RlimitValue> rlimits;
  JobStreams streams;
  JobReport* report = nullptr;

  // The namespaces tier alone.
  std::string project;  // its folder in the store; empty: /work starts empty
  std::string overlay_options;
  std::string root;  // its folder in "roots"; empty: the slot's own root
  std::string root_options;
  DiskSize disk;
  std::string disk_options;

  // The landlock tier alone.
  int landlock_abi = 0;
  int supervisor = -1;  // a socket, for the one descriptor that it wants of the job
};

// `has_pids` and `has_memory`: whether a cgroup holds those limits, so that rlimits are only
// a second line.
struct PlanOptions {
  bool change_id = false;
  bool has_pids = false;
  bool has_memory = false;
  // RLIMIT_NPROC counts for the uid: useless where the server and other jobs share it.
  bool own_process_count = true;
};
JobPlan make_job_plan(SandboxSpec& spec, const PlanOptions& options);

}  // namespace glovebox
