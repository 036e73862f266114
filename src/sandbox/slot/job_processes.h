// A job's processes as JobWatch sees them; each tier ends all of them in its own way.
#pragma once

#include <chrono>

#include "base/unique_fd.h"

namespace glovebox {

class JobProcesses {
 public:
  virtual ~JobProcesses() = default;

  // A pidfd: readable once the job is over.
  virtual const UniqueFd& end() const = 0;
  // Where not -1: readable as well once the job is over, though end() is not: no process of it is
  // left, but the one that it ran below waits for the next job.
  virtual int over_fd() const { return -1; }
  // Asks every process of the job to end (SIGTERM), once.
  virtual void terminate() = 0;
  // After terminate(), when end() or over_fd() is readable: whether other processes of the job live
  // on, which may have something to finish too.
  virtual bool others_live() { return false; }
  // Ends every process of the job. Asked again until end() is readable.
  virtual void kill() = 0;

  // Where not -1: on_event() is called when it is readable.
  virtual int event_fd() const { return -1; }
  virtual void on_event() {}
  // Called every look_every() while the job runs.
  virtual void look() {}
  virtual std::chrono::milliseconds look_every() const { return std::chrono::seconds(1); }
};

}  // namespace glovebox
