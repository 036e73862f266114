#include "execution/artifacts/artifact_library.h"

#include <fmt/format.h>

#include <functional>

#include "base/log.h"
#include "base/utf8_text.h"
#include "execution/async/blocking.h"
#include "execution/public_error.h"

namespace glovebox {
namespace {

constexpr std::uint64_t kBlock = 4096;

// An upper bound of what the files and their folder will use.
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
    return fmt::format("{} of {} files were not stored: {}", some, all, error.message());
  }
  return fmt::format("{} that it created {} not stored: {}", which, all == 1 ? "was" : "were",
                     error.message());
}

}  // namespace

ArtifactLibrary::ArtifactLibrary(const Deps& deps, const Options& options)
    : deps_(deps),
      options_(options),
      zips_({options.zips_per_client, options.zips_at_once, options.zip_stalled_after}) {}

Awaitable<void> ArtifactLibrary::add(Keeping& keeping, std::vector<CollectedArtifact> batch) {
  keeping_.insert(keeping.id);
  keeping.seen += batch.size();
  if (keeping.error) co_return;  // the files that are stored have consecutive numbers
  Result<void> copied = co_await copy(keeping, std::move(batch));
  if (copied.has_error()) keeping.error = std::move(copied).error();
}

Awaitable<Result<void>> ArtifactLibrary::copy(Keeping& keeping,
                                              std::vector<CollectedArtifact> batch) {
  ByteCount bytes = room_for(batch);
  GB_CO_TRY(StorageLedger::Room room, co_await deps_.storage.make_room(keeping.owner, bytes));
  keeping.room.push_back(std::move(room));
  auto sources = std::make_shared<std::vector<ArtifactSource>>();
  std::vector<Artifact>& kept = keeping.kept.artifacts;
  std::size_t first = kept.size();
  for (CollectedArtifact& artifact : batch) {
    kept.push_back({to_valid_utf8(artifact.path), artifact.size_bytes});
    sources->push_back({std::move(artifact.content), artifact.size_bytes, artifact.further_name});
  }
  std::function<Result<KeptArtifacts>()> work = [store = deps_.store, id = keeping.id, first,
                                                 sources] {
    return Result<KeptArtifacts>(store->keep(id, first, std::move(*sources)));
  };
  Result<KeptArtifacts> copied = co_await run_blocking(pool_, std::move(work));
  if (copied.has_error()) {
    copied = KeptArtifacts{.error = copied.error()};
  }
  kept.resize(first + copied->count);
  if (!copied->error) co_return ok();
  co_return public_error("they could not be copied", no_room_if_full(*copied->error));
}

Awaitable<ArtifactLibrary::Kept> ArtifactLibrary::finish(Keeping& keeping, WallTime ended_at,
                                                         bool truncated) {
  Kept kept = std::move(keeping.kept);
  if (!kept.artifacts.empty()) {
    std::function<Result<ByteCount>()> measure = [store = deps_.store, id = keeping.id] {
      return store->allocated(id);
    };
    Result<ByteCount> taken = co_await run_blocking(pool_, std::move(measure));
    if (taken.has_error()) {
      spdlog::warn("artifacts of {}: {}", keeping.id.str(), taken.error().message());
      taken = ByteCount();
    }
    note(keeping.id, keeping.owner, ended_at, *taken);
  }
  keeping.room.clear();
  keeping_.erase(keeping.id);
  if (keeping.error) {
    kept.left_out = not_kept(keeping.seen - kept.artifacts.size(), keeping.seen, *keeping.error);
  } else if (truncated) {
    kept.left_out = fmt::format(
        "only regular files are stored, at most {}, up to the job's disk limit", kMaxArtifacts);
  }
  co_return kept;
}

Awaitable<void> ArtifactLibrary::drop(Keeping& keeping) {
  if (!keeping.kept.artifacts.empty()) co_await remove(keeping.id);
  keeping.room.clear();
  keeping_.erase(keeping.id);
}

void ArtifactLibrary::note(const JobId& id, ClientId owner, WallTime ended_at, ByteCount bytes) {
  WallTime until = ended_at + options_.ttl;
  kept_[id] = until;
  by_age_.emplace(until, id);
  deps_.storage.ledger().add({id.str(), std::move(owner), id.str(), bytes, until});
}

Awaitable<Result<UniqueFd>> ArtifactLibrary::open_file(const Job& job, std::string path) {
  if (!is_final(job.status)) {
    co_return Error(ErrorKind::kConflict,
                    "the job has not ended; its files can be downloaded when it has");
  }
  std::size_t number = 0;
  while (number < job.artifacts.size() && job.artifacts[number].path != path) ++number;
  if (number == job.artifacts.size() || !keeps()) {
    co_return not_found(
        "the job created no such file, or it was not stored; its record lists the stored files");
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

// Whether everything is known about a job whose folder an earlier process left. The folder stays if
// the record lists files.
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
  note(id, std::move(job.owner), job.finished_at.value_or(job.created_at), *bytes);
  co_return true;
}

// What cannot be removed stays in the ledger, and is tried again at the next sweep.
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
