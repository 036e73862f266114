// What a tier does to run one job after the other in a slot. The supervisor does the rest.
#pragma once

#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <memory>

#include "base/result.h"
#include "base/unique_fd.h"
#include "model/outcome.h"
#include "sandbox/cgroup/cgroup_meter.h"
#include "sandbox/exec/job_report.h"
#include "sandbox/exec/job_streams.h"
#include "sandbox/sandbox.h"
#include "sandbox/slot/job_processes.h"
#include "sandbox/slot/slot.h"

namespace glovebox {

class JobTier {
 public:
  virtual ~JobTier() = default;

  // Starts the job. What is known about it is written to `report`, also by its own processes. The
  // streams must stay open until it is reaped.
  virtual Result<std::unique_ptr<JobProcesses>> start(SandboxSpec& spec, const JobStreams& streams,
                                                      JobReport* report) = 0;
  // After the job has ended: waits for its processes, and returns their usage. An Error means that
  // not all of them are gone, and the slot must end.
  virtual Result<rusage> reap(JobReport* report) = 0;
  // The folder with what the job wrote below /work; invalid if there is none.
  virtual UniqueFd take_written() = 0;
  // Whether the disk was full when the job ended.
  virtual bool disk_is_full() const = 0;
  // Whether the job created or changed that file.
  virtual bool is_artifact(const struct stat& file) const = 0;
  // Removes everything of the job that the next one could see.
  virtual Result<void> clean_up() = 0;
  // Called after the job's end was sent, when nobody waits.
  virtual void prepare_next(const Outcome&) {}
  // How long to wait for the next job before release_idle(); -1: without limit.
  virtual std::chrono::milliseconds idle_patience() const { return std::chrono::milliseconds(-1); }
  // Releases what was kept for a next job that has not come.
  virtual void release_idle() {}
};

std::unique_ptr<JobTier> make_namespace_jobs(const SlotConfig& config, CgroupMeter& meter);
std::unique_ptr<JobTier> make_landlock_jobs(const SlotConfig& config, const CgroupMeter& meter);

}  // namespace glovebox
