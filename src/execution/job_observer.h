// JobObserver: reports what happens to jobs, for parts that only watch: metrics, webhooks, the
// command line.
//
// Threads: every call is on the event loop, inside the work that it reports, so it must return soon
// and must not call back into the service. Arguments are valid during the call. An exception from
// output_appended() fails the job; the other calls must not throw.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "execution/jobs/output_stream.h"
#include "model/job.h"
#include "sandbox/sandbox.h"

namespace glovebox {

class JobObserver {
 public:
  virtual ~JobObserver() = default;

  // The job waits for a slot: called once for each job, and again if its slot died.
  virtual void job_queued(const AcceptedAs& /*job*/) {}
  virtual void job_started(const Job& /*job*/) {}
  // A run in a slot has ended; its outcome is not decided yet. If is_lost_run(), the slot died and
  // the job may run again.
  virtual void run_ended(const AcceptedAs& /*job*/, const Result<SandboxResult>& /*result*/) {}
  // The outcome is known and the record complete. Clients do not see it yet. Once for each job.
  virtual void job_ended(const Job& /*job*/) {}
  // The store has the end. Not called for a job whose end this process could not record.
  virtual void job_recorded(const Job& /*job*/) {}
  // Bytes as they were read. Bytes over the job's limits are left out unless some observer
  // wants_all_output().
  virtual void output_appended(const JobId& /*job*/, OutputStream /*stream*/,
                               std::string_view /*bytes*/) {}
  // Constant. Returning true costs time: otherwise bytes that are not stored are counted and not
  // read.
  virtual bool wants_all_output() const { return false; }
};

// Passes every call on to several observers, which must outlive it.
class JobObservers final : public JobObserver {
 public:
  JobObservers() = default;
  explicit JobObservers(std::vector<JobObserver*> all) : all_(std::move(all)) {}

  void job_queued(const AcceptedAs& job) override {
    for (JobObserver* each : all_) each->job_queued(job);
  }
  void job_started(const Job& job) override {
    for (JobObserver* each : all_) each->job_started(job);
  }
  void run_ended(const AcceptedAs& job, const Result<SandboxResult>& result) override {
    for (JobObserver* each : all_) each->run_ended(job, result);
  }
  void job_ended(const Job& job) override {
    for (JobObserver* each : all_) each->job_ended(job);
  }
  void job_recorded(const Job& job) override {
    for (JobObserver* each : all_) each->job_recorded(job);
  }
  void output_appended(const JobId& job, OutputStream stream, std::string_view bytes) override {
    for (JobObserver* each : all_) each->output_appended(job, stream, bytes);
  }
  bool wants_all_output() const override {
    for (const JobObserver* each : all_) {
      if (each->wants_all_output()) return true;
    }
    return false;
  }

 private:
  std::vector<JobObserver*> all_;
};

}  // namespace glovebox
