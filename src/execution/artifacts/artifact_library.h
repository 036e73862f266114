// ArtifactLibrary: the files that jobs created, from the sandbox's descriptors until the job
// expires.
//
// A job is reported as ended only after its files are stored, or it is known which are not; its
// record lists the stored ones. They are removed with the record. Threads: the event loop. Files
// are copied and read on two separate threads, so that they do not wait for archives that are
// unpacked.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/result.h"
#include "execution/artifacts.h"
#include "execution/artifacts/reader_places.h"
#include "execution/projects/storage.h"
#include "model/job.h"
#include "sandbox/sandbox.h"
#include "store/artifact_store.h"
#include "store/job_store.h"

namespace glovebox {

class ArtifactLibrary {
 public:
  struct Options {
    std::chrono::milliseconds ttl = std::chrono::hours(24);  // after the job's end
    std::size_t zips_at_once = 64;
    std::size_t zips_per_client = 4;
    // If a zip's client has read nothing for this long, the zip may lose its place to another one.
    std::chrono::milliseconds zip_stalled_after{5000};
  };
  struct Deps {
    ArtifactStore* store;  // null: nothing is stored
    JobStore& jobs;
    Storage& storage;
    const Clock& clock;
  };
  ArtifactLibrary(const Deps& deps, const Options& options);

  struct Kept {
    std::vector<Artifact> artifacts;
    std::string left_out;  // what was not stored and why, for users; empty: everything was stored
  };
  bool keeps() const { return deps_.store != nullptr; }
  // The files of one job that has ended, from the first to the last.
  class Keeping {
   private:
    friend class ArtifactLibrary;
    Keeping(JobId job, ClientId of) : id(std::move(job)), owner(std::move(of)) {}
    JobId id;
    ClientId owner;
    Kept kept;
    std::size_t seen = 0;
    std::optional<Error> error;             // why no further file is stored
    std::vector<StorageLedger::Room> room;  // until the ledger has them
  };
  Keeping begin(JobId id, ClientId owner) { return Keeping(std::move(id), std::move(owner)); }
  // Stores more files, as the sandbox passed them, and closes them.
  Awaitable<void> add(Keeping& keeping, std::vector<CollectedArtifact> batch);
  // Call after the last file. `truncated`: the sandbox has left some out.
  Awaitable<Kept> finish(Keeping& keeping, WallTime ended_at, bool truncated);
  // The job has no end: none of its files are stored.
  Awaitable<void> drop(Keeping& keeping);

  // Reads the files in the job's record. kConflict if the job has not ended.
  Awaitable<Result<UniqueFd>> open_file(const Job& job, std::string path);
  Result<std::unique_ptr<ArtifactZip>> zip(const Job& job);

  // Checks the files that an earlier process left, and adds them to the ledger.
  Awaitable<void> count_stored();
  // Removes the files of jobs that have expired.
  Awaitable<void> sweep();

 private:
  Awaitable<Result<void>> copy(Keeping& keeping, std::vector<CollectedArtifact> batch);
  void note(const JobId& id, ClientId owner, WallTime ended_at, ByteCount bytes);
  Awaitable<void> remove(JobId id);
  Awaitable<bool> settle(JobId id);
  bool is_ours(const JobId& id) const { return keeping_.contains(id) || kept_.contains(id); }

  Deps deps_;
  Options options_;
  std::unordered_set<JobId> keeping_;            // being copied now
  std::unordered_map<JobId, WallTime> kept_;     // with their expiry
  std::set<std::pair<WallTime, JobId>> by_age_;  // with their expiry
  std::vector<JobId> leftovers_;                 // of an earlier process, not checked yet
  ReaderPlaces zips_;
  boost::asio::thread_pool pool_{2};
};

}  // namespace glovebox
