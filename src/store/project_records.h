// ProjectRecords: who owns which project, and which trees are still named by one. The trees
// themselves lie in the ProjectStore.
//
// Threads and errors as in JobStore.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/project.h"

namespace glovebox {

class ProjectRecords {
 public:
  virtual ~ProjectRecords() = default;

  // On disk when this completes.
  virtual Awaitable<Result<void>> add_project(Project project) = 0;
  virtual Awaitable<Result<std::optional<Project>>> find_project(ProjectId id) = 0;
  // Absent is fine.
  virtual Awaitable<Result<void>> remove_project(ProjectId id) = 0;
  // How many projects name this tree.
  virtual Awaitable<Result<std::int64_t>> count_projects_of_tree(std::string sha256) = 0;
  // At most `limit` projects whose time is up at `now`, after the id `after`, ordered by id.
  virtual Awaitable<Result<std::vector<Project>>> expired_projects(WallTime now, ProjectId after,
                                                                   std::int64_t limit) = 0;
};

}  // namespace glovebox
