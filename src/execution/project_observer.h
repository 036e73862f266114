// ProjectObserver: what becomes of uploads, for those who only watch.
//
// Threads: every call is on the event loop, inside the work that it reports, so it must return
// soon, must not throw and must not call back into the service.
#pragma once

#include "base/result.h"
#include "model/project.h"

namespace glovebox {

class ProjectObserver {
 public:
  virtual ~ProjectObserver() = default;

  // An archive or an example was stored as a project, or was refused: once for each of them that
  // came whole. An Error is the one that the client gets.
  virtual void project_added(const Result<Project>& /*project*/) {}
};

}  // namespace glovebox
