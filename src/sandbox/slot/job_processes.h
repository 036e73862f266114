// A job's processes as JobWatch sees them; each tier ends all of them in its own way.
#pragma once

#include <chrono>

#include "base/unique_fd.h"

namespace glovebox {

class JobProcesses {
 public:
  virtual ~JobProcesses() = default;

  // A pidfd: readable when the job has ended.
  virtual const UniqueFd& end() const = 0;
  // If it is not -1: readable when the job has ended but end() is not: no process of the job is
  // left, and the init waits for the next job.
  virtual int over_fd() const { return -1; }
  // Asks every process of the job to end (SIGTERM), once.
  virtual void terminate() = 0;
  // After terminate(), when end() or over_fd() is readable: whether other processes of the job are
  // still alive, which may also need time to finish.
  virtual bool others_live() { return false; }
  // Kills every process of the job. Called repeatedly until end() is readable.
  virtual void kill() = 0;

  // If it is not -1: on_event() is called when it is readable.
  virtual int event_fd() const { return -1; }
  virtual void on_event() {}
  // Called every look_every() while the job runs.
  virtual void look() {}
  virtual std::chrono::milliseconds look_every() const { return std::chrono::seconds(1); }
};

}  // namespace glovebox
