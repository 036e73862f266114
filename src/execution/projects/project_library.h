// ProjectLibrary: projects and their trees, from upload to removal.
//
// A tree is kept while a record names it or a pin holds it. Its removal and a new upload of the
// same content may happen at the same time: see store_tree() and drop_tree(). Threads: the event
// loop; trees and archives are processed in the pool.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "execution/async/background_tasks.h"
#include "execution/async/signal.h"
#include "execution/project_observer.h"
#include "execution/projects/project_pins.h"
#include "execution/projects/storage.h"
#include "model/project.h"
#include "projects/project_store.h"
#include "registry/input_matcher.h"
#include "store/project_records.h"

namespace glovebox {

// A project that cannot be removed while this exists.
struct PinnedProject {
  Project project;
  ProjectPins::Pin pin;
};

class ProjectLibrary {
 public:
  struct Options {
    std::chrono::milliseconds ttl = std::chrono::hours(24);
    std::size_t adding_at_once = 64;
    ProjectObserver* observer = nullptr;  // may be null
  };
  struct Deps {
    boost::asio::io_context& loop;
    BackgroundTasks& tasks;
    boost::asio::thread_pool& pool;
    ProjectStore& store;
    ProjectRecords& records;
    Storage& storage;
    const Clock& clock;
    const InputMatcher* inputs = nullptr;  // null: no tool is applicable to any project
  };

  ProjectLibrary(const Deps& deps, const Options& options);

  Awaitable<Result<UniqueFd>> create_upload();
  Awaitable<Result<Project>> add_archive(ClientId owner, std::string name, UniqueFd archive,
                                         ArchiveOptions options);
  Awaitable<Result<Project>> add_directory(ClientId owner, std::string name,
                                           std::filesystem::path directory);

  // kNotFound if it belongs to another owner or has expired. Its warnings are left out: details()
  // has them.
  Awaitable<Result<Project>> find(ClientId caller, ProjectId id);
  Awaitable<Result<PinnedProject>> pin(ClientId caller, ProjectId id);
  // For a job that was accepted before the project expired.
  Awaitable<Result<PinnedProject>> pin_again(ClientId caller, ProjectId id);
  Awaitable<Result<ProjectDetails>> details(ClientId caller, ProjectId id);
  Awaitable<Result<UniqueFd>> open_file(ClientId caller, ProjectId id, std::string path);
  // kConflict while a waiting or running job uses it.
  Awaitable<Result<void>> remove(ClientId caller, ProjectId id);

  // Adds the projects that an earlier process left to the ledger, and removes trees that no project
  // names.
  Awaitable<void> count_stored();
  // Removes expired projects; those in use wait for the next sweep.
  Awaitable<void> sweep();

 private:
  using StoreTree = std::function<Result<ProjectTree>()>;

  enum class Expired { kIsGone, kStays };
  Awaitable<Result<Project>> look_up(ClientId caller, ProjectId id, Expired expired);
  PinnedProject pinned(Project project);
  Awaitable<Result<Project>> add(ClientId owner, std::string name, StoreTree store);
  Awaitable<Result<Project>> add_in_turn(ClientId owner, std::string name, StoreTree store);
  Awaitable<Result<Project>> store_and_record(ClientId owner, std::string name, StoreTree store);
  Awaitable<Result<std::vector<ToolSuit>>> suits_of(std::vector<ProjectFile>& files);
  Awaitable<Result<void>> record(Project project);
  Awaitable<Result<ProjectTree>> store_tree(StoreTree store, ProjectPins::Pin& pin);
  Awaitable<Result<StorageItem>> storage_item(Project project);
  Awaitable<void> count_one(Project project);
  Awaitable<void> drop_unnamed_trees();
  Awaitable<Result<void>> remove_record(Project project);
  Awaitable<void> drop_tree(std::string sha256);
  void on_tree_free(const std::string& sha256);

  Deps deps_;
  Options options_;
  ProjectPins pins_;
  std::size_t adding_ = 0;
  // A cache of records: each run needs one.
  static constexpr std::size_t kMostKnown = 4096;
  std::unordered_map<ProjectId, Project> known_;
  std::unordered_set<ProjectId> records_going_;
  std::unordered_set<std::string> trees_going_;
  std::unordered_set<std::string> unnamed_trees_;  // pinned when their last record was removed
  Signal tree_gone_;
};

}  // namespace glovebox
