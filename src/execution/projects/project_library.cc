#include "execution/projects/project_library.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "base/log.h"
#include "execution/async/blocking.h"
#include "execution/public_error.h"
#include "registry/clean_text.h"

namespace glovebox {
namespace {

constexpr std::size_t kLongestName = 200;
constexpr std::chrono::seconds kRetryWhenBusy{5};

// For display: the last component, one clean line.
std::string display_name(std::string_view given) {
  std::string_view last = given.substr(given.find_last_of("/\\") + 1);
  std::string name = clean_line(last, kLongestName);
  return name.empty() ? "project" : name;
}

Error no_such_project(const ProjectId& id) {
  return not_found("there is no project \"" + id.str() +
                   "\"; it may have expired: upload it again");
}

}  // namespace

ProjectLibrary::ProjectLibrary(const Deps& deps, const Options& options)
    : deps_(deps),
      options_(options),
      pins_([this](const std::string& sha256) { on_tree_free(sha256); }),
      tree_gone_(deps.loop) {}

Awaitable<Result<UniqueFd>> ProjectLibrary::create_upload() {
  std::function<Result<UniqueFd>()> create = [store = &deps_.store] {
    return store->create_upload();
  };
  Result<UniqueFd> created = co_await run_blocking(deps_.pool, std::move(create));
  co_return public_error("could not prepare for an upload", std::move(created));
}

Awaitable<Result<Project>> ProjectLibrary::add_archive(ClientId owner, std::string name,
                                                       UniqueFd archive, ArchiveOptions options) {
  auto shared = std::make_shared<UniqueFd>(std::move(archive));
  StoreTree store = [store = &deps_.store, shared, options = std::move(options)] {
    return store->add_archive(shared->get(), options);
  };
  return add(std::move(owner), display_name(name), std::move(store));
}

Awaitable<Result<Project>> ProjectLibrary::add_directory(ClientId owner, std::string name,
                                                         std::filesystem::path directory) {
  StoreTree store = [store = &deps_.store, directory = std::move(directory)] {
    return store->add_directory(directory);
  };
  return add(std::move(owner), display_name(name), std::move(store));
}

Awaitable<Result<Project>> ProjectLibrary::add(ClientId owner, std::string name, StoreTree store) {
  Result<Project> added = co_await add_in_turn(std::move(owner), std::move(name), std::move(store));
  if (options_.observer != nullptr) options_.observer->project_added(added);
  co_return added;
}

Awaitable<Result<Project>> ProjectLibrary::add_in_turn(ClientId owner, std::string name,
                                                       StoreTree store) {
  if (adding_ >= options_.adding_at_once) {
    co_return Error(ErrorKind::kQueueFull,
                    fmt::format("{} projects are being unpacked, which is the limit; "
                                "try again later",
                                adding_))
        .with("limit", "uploads_at_once")
        .with("configured", options_.adding_at_once)
        .with("observed", adding_)
        .with_retry_after(kRetryWhenBusy);
  }
  ++adding_;
  Result<Project> added =
      co_await store_and_record(std::move(owner), std::move(name), std::move(store));
  --adding_;
  if (added.has_error()) added = no_room_if_full(std::move(added).error());
  co_return public_error("could not store the project", std::move(added));
}

Awaitable<Result<Project>> ProjectLibrary::store_and_record(ClientId owner, std::string name,
                                                            StoreTree store) {
  ProjectPins::Pin pin;
  GB_CO_TRY(ProjectTree tree, co_await store_tree(std::move(store), pin));
  Project project;
  project.id = new_project_id();
  project.owner = std::move(owner);
  project.name = std::move(name);
  project.sha256 = tree.sha256;
  project.file_count = static_cast<std::int64_t>(tree.files.size());
  project.total_bytes = tree.total_bytes;
  project.notes = std::move(tree.notes);
  project.created_at = deps_.clock.wall_now();
  project.expires_at = project.created_at + options_.ttl;
  Result<void> recorded = co_await record(project);
  if (recorded.has_error()) {
    unnamed_trees_.insert(tree.sha256);
    co_return recorded.error();
  }
  GB_CO_TRY(project.suits, co_await suits_of(tree.files));
  co_return project;
}

// On the pool: 50,000 files are compared with every tool's patterns. Returns the files.
Awaitable<Result<std::vector<ToolSuit>>> ProjectLibrary::suits_of(std::vector<ProjectFile>& files) {
  if (deps_.inputs == nullptr) co_return std::vector<ToolSuit>();
  auto shared = std::make_shared<std::vector<ProjectFile>>(std::move(files));
  std::function<Result<std::vector<ToolSuit>>()> match = [inputs = deps_.inputs, shared] {
    return inputs->suits(*shared);
  };
  Result<std::vector<ToolSuit>> suits = co_await run_blocking(deps_.pool, std::move(match));
  files = std::move(*shared);
  co_return suits;
}

// The actual size is known only now.
Awaitable<Result<void>> ProjectLibrary::record(Project project) {
  GB_CO_TRY(StorageItem item, co_await storage_item(project));
  GB_CO_TRY_VOID(co_await deps_.storage.check(item));
  deps_.storage.ledger().add(std::move(item));
  std::string id = project.id.str();
  Result<void> recorded = co_await deps_.records.add_project(std::move(project));
  if (recorded.has_error()) deps_.storage.ledger().remove(id);
  co_return recorded;
}

// Pins the tree and returns it when it is certain to stay: a tree with the same content may be in
// the middle of its removal.
Awaitable<Result<ProjectTree>> ProjectLibrary::store_tree(StoreTree store, ProjectPins::Pin& pin) {
  static constexpr int kAttempts = 3;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    GB_CO_TRY(ProjectTree stored, co_await run_blocking(deps_.pool, store));
    pin = pins_.pin_tree(stored.sha256);
    while (trees_going_.contains(stored.sha256)) co_await tree_gone_.wait();
    StoreTree look = [store = &deps_.store, sha256 = stored.sha256] { return store->tree(sha256); };
    Result<ProjectTree> there = co_await run_blocking(deps_.pool, std::move(look));
    if (there) {
      there->notes = std::move(stored.notes);
      co_return there;
    }
  }
  co_return internal_error("the stored tree was removed repeatedly");
}

Awaitable<Result<Project>> ProjectLibrary::find(ClientId caller, ProjectId id) {
  return look_up(std::move(caller), std::move(id), Expired::kIsGone);
}

Awaitable<Result<Project>> ProjectLibrary::look_up(ClientId caller, ProjectId id, Expired expired) {
  auto known = known_.find(id);
  if (known == known_.end()) {
    Result<std::optional<Project>> found = co_await deps_.records.find_project(id);
    if (found.has_error()) {
      co_return public_error("could not find the project", std::move(found)).error();
    }
    if (!found->has_value() || records_going_.contains(id)) co_return no_such_project(id);
    if (known_.size() >= kMostKnown) known_.clear();
    // A warning takes a kilobyte, and code that runs jobs does not use it.
    (*found)->notes.warnings.clear();
    known = known_.insert_or_assign(id, std::move(**found)).first;
  }
  const Project& project = known->second;
  bool young = project.expires_at > deps_.clock.wall_now();
  bool there = project.owner == caller && !records_going_.contains(id);
  if (!there || (!young && expired == Expired::kIsGone)) co_return no_such_project(id);
  co_return project;
}

PinnedProject ProjectLibrary::pinned(Project project) {
  PinnedProject pinned;
  pinned.pin = pins_.pin(project.id, project.sha256);
  pinned.project = std::move(project);
  return pinned;
}

Awaitable<Result<PinnedProject>> ProjectLibrary::pin(ClientId caller, ProjectId id) {
  GB_CO_TRY(Project project, co_await find(std::move(caller), std::move(id)));
  co_return pinned(std::move(project));
}

Awaitable<Result<PinnedProject>> ProjectLibrary::pin_again(ClientId caller, ProjectId id) {
  GB_CO_TRY(Project project, co_await look_up(std::move(caller), std::move(id), Expired::kStays));
  co_return pinned(std::move(project));
}

Awaitable<Result<ProjectDetails>> ProjectLibrary::details(ClientId caller, ProjectId id) {
  ProjectDetails details;
  GB_CO_TRY(details.project, co_await find(std::move(caller), id));
  Project& project = details.project;
  if (project.notes.warning_count > 0) {
    Result<std::optional<Project>> whole = co_await deps_.records.find_project(id);
    if (whole.has_error()) {
      co_return public_error("could not find the project", std::move(whole)).error();
    }
    if (whole->has_value()) project.notes = std::move((*whole)->notes);
  }
  ProjectPins::Pin pin = pins_.pin_tree(project.sha256);
  StoreTree look = [store = &deps_.store, sha256 = project.sha256] { return store->tree(sha256); };
  Result<ProjectTree> tree = co_await run_blocking(deps_.pool, std::move(look));
  if (tree.has_error()) co_return public_error("could not list the files", tree.error());
  details.files = std::move(tree->files);
  details.links = std::move(tree->links);
  GB_CO_TRY(project.suits, co_await suits_of(details.files));
  co_return details;
}

Awaitable<Result<UniqueFd>> ProjectLibrary::open_file(ClientId caller, ProjectId id,
                                                      std::string path) {
  GB_CO_TRY(Project project, co_await find(std::move(caller), std::move(id)));
  ProjectPins::Pin pin = pins_.pin_tree(project.sha256);
  std::function<Result<UniqueFd>()> open = [store = &deps_.store, sha256 = project.sha256,
                                            path = std::move(path)] {
    return store->open_file(sha256, path);
  };
  Result<UniqueFd> opened = co_await run_blocking(deps_.pool, std::move(open));
  co_return public_error("could not open the file", std::move(opened));
}

}  // namespace glovebox
