#include "sandbox/exec/job_plan.h"

#include <fmt/format.h>

#include <algorithm>

namespace glovebox {
namespace {

std::vector<std::string> programs_to_try(const std::string& program) {
  if (program.find('/') != std::string::npos) return {program};
  std::vector<std::string> programs;
  std::string_view path = kSandboxPath;
  while (!path.empty()) {
    std::size_t end = std::min(path.find(':'), path.size());
    programs.push_back(fmt::format("{}/{}", path.substr(0, end), program));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return programs;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> array;
  for (std::string& text : texts) array.push_back(text.data());
  array.push_back(nullptr);
  return array;
}

std::vector<RlimitValue> plan_rlimits(const Limits& limits, const PlanOptions& options) {
  // A cgroup refuses forks at the limit and counts the refusals; the rlimit is then only a second
  // barrier. If ids are shared, the supervisor and the init count too.
  rlim_t others = options.has_pids ? 16 : options.change_id ? 0 : 2;
  rlim_t processes = static_cast<rlim_t>(limits.processes) + others;
  // The kernel counts CPU time per process; the supervisor watches the sum of all processes.
  auto cpu_seconds = static_cast<rlim_t>((limits.cpu_time.count() + 999) / 1000 + 1);
  std::vector<RlimitValue> rlimits{
      {RLIMIT_CORE, kNoCoreFiles},
      {RLIMIT_CPU, cpu_seconds},
      {RLIMIT_FSIZE, limits.disk.bytes()},
      {RLIMIT_NOFILE, static_cast<rlim_t>(limits.open_files)},
      {RLIMIT_MEMLOCK, kMostLockedBytes},
      {RLIMIT_MSGQUEUE, kMostQueuedBytes},
      {RLIMIT_SIGPENDING, kMostPendingSignals},
  };
  if (options.own_process_count) rlimits.push_back({RLIMIT_NPROC, processes});
  // Address space says little (Java and sanitizers reserve terabytes), but a limit on the private
  // memory of a process bounds how much it can allocate between two checks of the watcher.
  if (!options.has_memory) rlimits.push_back({RLIMIT_DATA, limits.memory.bytes() * 4});
  return rlimits;
}

}  // namespace

DiskSize disk_size(const Limits& limits) {
  return {limits.disk.bytes(),
          std::clamp<std::uint64_t>(limits.disk.bytes() / 4096, 1024, 1 << 20)};
}

std::string DiskSize::options() const {
  return fmt::format("mode=0755,size={},nr_inodes={}", bytes, inodes);
}

JobPlan make_job_plan(SandboxSpec& spec, const PlanOptions& options) {
  JobPlan plan;
  plan.programs = programs_to_try(spec.argv.front());
  // No program in the host's /usr names ours as its interpreter.
  plan.program_is_checked = spec.argv.front().find('/') != std::string::npos || !spec.root.empty();
  static const OwnProgram own = OwnProgram::find();
  plan.own_program = own;
  plan.argv = pointers(spec.argv);
  plan.environment = pointers(spec.environment);
  plan.project = spec.project;
  if (!spec.project.empty()) {
    plan.overlay_options = fmt::format(
        "lowerdir=store/{},upperdir=disk/upper,workdir=disk/overlay,userxattr", spec.project);
  }
  plan.root = spec.root;
  if (!spec.root.empty()) {
    // An overlay without an upper layer is read-only. The skeleton has what every job needs.
    plan.root_options = fmt::format("lowerdir=skeleton:roots/{},userxattr", spec.root);
  }
  plan.disk = disk_size(spec.limits);
  plan.disk_options = plan.disk.options();
  plan.rlimits = plan_rlimits(spec.limits, options);
  return plan;
}

}  // namespace glovebox
