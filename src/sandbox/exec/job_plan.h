// What a job's processes need to know, made beforehand by the slot's supervisor: from the clone to
// exec nothing is allocated by the tool's side.
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
// One tmpfs for all that a job writes. A page a file at the least bounds the inodes.
DiskSize disk_size(const Limits& limits);

struct JobPlan {
  std::vector<std::string> programs;   // paths to try for argv[0], in order
  bool program_is_of_project = false;  // argv[0] is a path, and not looked up in /usr
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

// `has_pids` and `has_memory`: whether a cgroup holds those limits, so that rlimits only stand
// behind it.
struct PlanOptions {
  bool change_id = false;
  bool has_pids = false;
  bool has_memory = false;
  // RLIMIT_NPROC counts for the uid: of no use where the server and other jobs share it.
  bool own_process_count = true;
};
JobPlan make_job_plan(SandboxSpec& spec, const PlanOptions& options);

}  // namespace glovebox
