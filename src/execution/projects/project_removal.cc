// The part of ProjectLibrary that removes projects.
#include <utility>

#include "base/log.h"
#include "execution/async/blocking.h"
#include "execution/projects/project_library.h"
#include "execution/public_error.h"

namespace glovebox {

Awaitable<Result<void>> ProjectLibrary::remove(ClientId caller, ProjectId id) {
  GB_CO_TRY(Project project, co_await find(std::move(caller), std::move(id)));
  if (pins_.holds(project.id)) {
    co_return Error(ErrorKind::kConflict,
                    "a job that is queued or running uses this project; cancel the job first, or "
                    "wait until it has ended");
  }
  Result<void> removed = co_await remove_record(std::move(project));
  co_return public_error("could not remove the project", std::move(removed));
}

Awaitable<Result<void>> ProjectLibrary::remove_record(Project project) {
  records_going_.insert(project.id);
  known_.erase(project.id);
  Result<void> removed = co_await deps_.records.remove_project(project.id);
  records_going_.erase(project.id);
  if (removed.has_error()) co_return removed;
  deps_.storage.ledger().remove(project.id.str());
  co_await drop_tree(std::move(project.sha256));
  co_return ok();
}

// Removes a tree that neither a record nor a pin holds. The records are queried first. An upload of
// the same content that is not recorded yet has a pin, which is checked afterwards. A later upload
// finds the tree in trees_going_ and waits.
Awaitable<void> ProjectLibrary::drop_tree(std::string sha256) {
  Result<std::int64_t> projects = co_await deps_.records.count_projects_of_tree(sha256);
  if (projects.has_error()) {
    spdlog::warn("tree {} was not removed: {}", sha256, projects.error().message());
    co_return;
  }
  if (*projects > 0 || trees_going_.contains(sha256)) co_return;
  if (pins_.holds_tree(sha256)) {
    unnamed_trees_.insert(sha256);
    co_return;
  }
  trees_going_.insert(sha256);
  std::function<Result<void>()> remove = [store = &deps_.store, sha256] {
    return store->remove(sha256);
  };
  Result<void> removed = co_await run_blocking(deps_.pool, std::move(remove));
  if (removed.has_error()) {
    spdlog::warn("tree {} was not removed: {}", sha256, removed.error().message());
  }
  trees_going_.erase(sha256);
  tree_gone_.notify();
}

void ProjectLibrary::on_tree_free(const std::string& sha256) {
  if (unnamed_trees_.erase(sha256) > 0) deps_.tasks.spawn("tree removal", drop_tree(sha256));
}

Awaitable<void> ProjectLibrary::sweep() {
  static constexpr std::int64_t kAtATime = 100;
  ProjectId after;
  for (;;) {
    WallTime now = deps_.clock.wall_now();
    Result<std::vector<Project>> expired =
        co_await deps_.records.expired_projects(now, after, kAtATime);
    if (expired.has_error()) {
      spdlog::warn("expired projects were not removed: {}", expired.error().message());
      co_return;
    }
    for (Project& project : *expired) {
      after = project.id;
      if (pins_.holds(project.id)) continue;
      Result<void> removed = co_await remove_record(std::move(project));
      if (removed.has_error()) {
        spdlog::warn("project {} was not removed: {}", after.str(), removed.error().message());
      }
    }
    if (static_cast<std::int64_t>(expired->size()) < kAtATime) co_return;
  }
}

}  // namespace glovebox
