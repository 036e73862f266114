#include "execution/artifact_library.h"

#include <fmt/format.h>

#include <functional>

#include "base/log.h"
#include "execution/blocking.h"
#include "execution/public_error.h"
#include "execution/utf8_text.h"

namespace glovebox {
namespace {

constexpr std::uint64_t kBlock = 4096;

// Above what the files and their folder will take.
ByteCount room_for(const std::vector<CollectedArtifact>& artifacts) {
  std::uint64_t blocks = 2;
  for (const CollectedArtifact& artifact : artifacts) {
    if (artifact.further_name) continue;
    blocks += static_cast<std::uint64_t>(artifact.size_bytes) / kBlock + 1;
  }
  return ByteCount(blocks * kBlock);
}

std::string not_kept(std::size_t some, std::size_t all, const Error& error) {
  std::string_view which = all == 1 ? "the file" : "the files";
  if (some < all) {
    return fmt::format("{} of {} that it made are not kept: {}", some, all, error.message());
  }
  return fmt::format("{} that it made {} not kept: {}", which, all == 1 ? "is" : "are",
                     error.message());
}

}  // namespace

ArtifactLibrary::ArtifactLibrary(const Deps& deps, const Options& options)
    : deps_(deps),
      options_(options),
      zips_({options.zips_per_client, options.zips_at_once, options.zip_stalled_after}) {}

Awaitable<ArtifactLibrary::Kept> ArtifactLibrary::keep(JobId id, ClientId owner, WallTime ended_at,
                                                       SandboxResult& result) {
  Kept kept;
  if (!result.artifacts.empty()) {
    keeping_.insert(id);
    kept = co_await copy(id, std::move(owner), ended_at, result);
    keeping_.erase(id);
    result.artifacts.clear();
  }
  if (result.artifacts_truncated && kept.left_out.empty()) {
    kept.left_out =
        fmt::format("of what it made, only plain files are kept, {} at most, up to its disk limit",
                    kMaxArtifacts);
  }
  co_return kept;
}

Awaitable<ArtifactLibrary::Kept> ArtifactLibrary::copy(JobId id, ClientId owner, WallTime ended_at,
                                                       SandboxResult& result) {
  Kept kept;
  std::size_t all = result.artifacts.size();
  Result<StorageLedger::Room> room =
      co_await deps_.storage.make_room(owner, room_for(result.artifacts));
  if (room.has_error()) {
    kept.left_out = not_kept(all, all, room.error());
    co_return kept;
  }
  auto sources = std::make_shared<std::vector<ArtifactSource>>();
  for (CollectedArtifact& artifact : result.artifacts) {
    kept.artifacts.push_back({to_valid_utf8(artifact.path), artifact.size_bytes});
    sources->push_back({std::move(artifact.content), artifact.size_bytes, artifact.further_name});
  }
  std::function<Result<KeptArtifacts>()> work = [store = deps_.store, id, sources] {
    return Result<KeptArtifacts>(store->keep(id, std::move(*sources)));
  };
  Result<KeptArtifacts> copied = co_await run_blocking(pool_, std::move(work));
  if (copied.has_error()) {
    copied = KeptArtifacts{.error = copied.error()};
  }
  kept.artifacts.resize(copied->count);
  if (copied->count > 0) add(id, std::move(owner), ended_at, copied->allocated);
  if (copied->error) {
    Error error = public_error("they could not be copied", no_room_if_full(*copied->error));
    kept.left_out = not_kept(all - copied->count, all, error);
  }
  co_return kept;
}

void ArtifactLibrary::add(const JobId& id, ClientId owner, WallTime ended_at, ByteCount bytes) {
  WallTime until = ended_at + options_.ttl;
  kept_[id] = until;
  by_age_.emplace(until, id);
  deps_.storage.ledger().add({id.str(), std::move(owner), id.str(), bytes, until});
}

Awaitable<Result<UniqueFd>> ArtifactLibrary::open_file(const Job& job, std::string path) {
  if (!is_final(job.status)) {
    co_return Error(ErrorKind::kConflict,
                    "the job has not ended yet; what it makes can be fetched once it has");
  }
  std::size_t number = 0;
  while (number < job.artifacts.size() && job.artifacts[number].path != path) ++number;
  if (number == job.artifacts.size() || !keeps()) {
    co_return not_found(
        "the job made no such file, or it is not kept; its record lists those that are");
  }
  std::int64_t size = job.artifacts[number].size_bytes;
  std::function<Result<UniqueFd>()> open = [store = deps_.store, id = job.id, number, size] {
    return store->open_file(id, number, size);
  };
  co_return co_await run_blocking(pool_, std::move(open));
}

Awaitable<void> ArtifactLibrary::count_stored() {
  if (!keeps()) co_return;
  std::function<Result<std::vector<JobId>>()> list = [store = deps_.store] {
    return store->jobs();
  };
  Result<std::vector<JobId>> found = co_await run_blocking(pool_, std::move(list));
  if (found.has_error()) {
    spdlog::warn("artifacts are not counted: {}", found.error().message());
    co_return;
  }
  leftovers_ = std::move(*found);
  co_await sweep();
}

Awaitable<void> ArtifactLibrary::sweep() {
  std::vector<JobId> open;
  for (JobId& id : std::exchange(leftovers_, {})) {
    bool settled = co_await settle(id);
    if (!settled) open.push_back(std::move(id));
  }
  leftovers_.insert(leftovers_.end(), open.begin(), open.end());
  std::vector<JobId> due;
  WallTime now = deps_.clock.wall_now();
  for (const auto& [until, id] : by_age_) {
    if (until >= now) break;
    due.push_back(id);
  }
  for (JobId& id : due) co_await remove(std::move(id));
}

// Whether all is known of a job that has a folder from an earlier process: it stays where the
// record lists something.
Awaitable<bool> ArtifactLibrary::settle(JobId id) {
  Result<std::optional<StoredJob>> found = co_await deps_.jobs.find_job(id, WithOutput::kNo);
  if (found.has_error()) co_return false;
  if (is_ours(id)) co_return true;
  if (*found && !is_final((*found)->job.status)) co_return false;
  if (!*found || (*found)->job.artifacts.empty()) {
    co_await remove(std::move(id));
    co_return true;
  }
  std::function<Result<ByteCount>()> measure = [store = deps_.store, id] {
    return store->allocated(id);
  };
  Result<ByteCount> bytes = co_await run_blocking(pool_, std::move(measure));
  if (bytes.has_error()) co_return false;
  Job& job = (*found)->job;
  add(id, std::move(job.owner), job.finished_at.value_or(job.created_at), *bytes);
  co_return true;
}

// What cannot be removed stays in the books, and is tried again at the next sweep.
Awaitable<void> ArtifactLibrary::remove(JobId id) {
  std::function<Result<void>()> work = [store = deps_.store, id] { return store->remove(id); };
  Result<void> removed = co_await run_blocking(pool_, std::move(work));
  if (removed.has_error()) {
    spdlog::warn("artifacts of {} are not removed: {}", id.str(), removed.error().message());
    co_return;
  }
  auto found = kept_.find(id);
  if (found == kept_.end()) co_return;
  by_age_.erase({found->second, id});
  kept_.erase(found);
  deps_.storage.ledger().remove(id.str());
}

}  // namespace glovebox
