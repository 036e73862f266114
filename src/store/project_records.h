// ProjectRecords: the owners of projects, and the trees that projects refer to. The trees
// themselves are in the ProjectStore.
//
// Threads and errors: see JobStore.
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
  // No error if there is none.
  virtual Awaitable<Result<void>> remove_project(ProjectId id) = 0;
  // The number of projects that refer to this tree.
  virtual Awaitable<Result<std::int64_t>> count_projects_of_tree(std::string sha256) = 0;
  // At most `limit` projects expired at `now`, after the id `after`, ordered by id.
  virtual Awaitable<Result<std::vector<Project>>> expired_projects(WallTime now, ProjectId after,
                                                                   std::int64_t limit) = 0;
};

}  // namespace glovebox
