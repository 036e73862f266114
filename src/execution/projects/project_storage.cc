// The part of ProjectLibrary that counts the storage of projects.
#include <utility>

#include "base/log.h"
#include "execution/async/blocking.h"
#include "execution/projects/project_library.h"

namespace glovebox {

Awaitable<Result<StorageItem>> ProjectLibrary::storage_item(Project project) {
  std::function<Result<ByteCount>()> measure = [store = &deps_.store, sha256 = project.sha256] {
    return store->allocated(sha256);
  };
  GB_CO_TRY(ByteCount bytes, co_await run_blocking(deps_.pool, std::move(measure)));
  StorageItem item;
  item.id = project.id.str();
  item.owner = std::move(project.owner);
  item.content = std::move(project.sha256);
  item.bytes = bytes;
  item.expires_at = project.expires_at;
  co_return item;
}

Awaitable<void> ProjectLibrary::count_stored() {
  static constexpr std::int64_t kAtATime = 100;
  ProjectId after;
  for (;;) {
    // All of them expire at some time.
    Result<std::vector<Project>> page =
        co_await deps_.records.expired_projects(WallTime::max(), after, kAtATime);
    if (page.has_error()) {
      spdlog::warn("projects are not counted: {}", page.error().message());
      co_return;
    }
    for (Project& project : *page) {
      after = project.id;
      co_await count_one(std::move(project));
    }
    if (static_cast<std::int64_t>(page->size()) < kAtATime) break;
  }
  co_await drop_unnamed_trees();
}

// A process that was killed may have stored a tree without recording it.
Awaitable<void> ProjectLibrary::drop_unnamed_trees() {
  std::function<Result<std::vector<std::string>>()> list = [store = &deps_.store] {
    return store->trees();
  };
  Result<std::vector<std::string>> trees = co_await run_blocking(deps_.pool, std::move(list));
  if (trees.has_error()) {
    spdlog::warn("trees were not checked: {}", trees.error().message());
    co_return;
  }
  for (std::string& sha256 : *trees) co_await drop_tree(std::move(sha256));
}

// Queries the records again, last: they respond in order, so a project that is removed meanwhile is
// removed from the ledger after it was added, or is not added.
Awaitable<void> ProjectLibrary::count_one(Project project) {
  ProjectId id = project.id;
  Result<StorageItem> item = co_await storage_item(std::move(project));
  if (item.has_error()) {
    spdlog::warn("project {} is not counted: {}", id.str(), item.error().message());
    co_return;
  }
  Result<std::optional<Project>> there = co_await deps_.records.find_project(id);
  if (there && there->has_value()) deps_.storage.ledger().add(std::move(*item));
}

}  // namespace glovebox
