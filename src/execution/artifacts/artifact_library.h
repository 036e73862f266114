// ArtifactLibrary: what jobs made, from the sandbox's descriptors to the end of the job's time.
//
// A job is told as ended once its files are kept, or it is known which are not; its record lists
// those that are. They go with the record. Threads: the event loop; files are copied and read on
// two threads of its own, so that neither waits for archives that are unpacked.
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
    // A zip whose client takes nothing for so long makes room for another one.
    std::chrono::milliseconds zip_stalled_after{5000};
  };
  struct Deps {
    ArtifactStore* store;  // null: nothing is kept
    JobStore& jobs;
    Storage& storage;
    const Clock& clock;
  };
  ArtifactLibrary(const Deps& deps, const Options& options);

  struct Kept {
    std::vector<Artifact> artifacts;
    std::string left_out;  // what is not kept and why, for people; empty: all is
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
    std::optional<Error> error;             // why no more are kept
    std::vector<StorageLedger::Room> room;  // until the ledger has them
  };
  Keeping begin(JobId id, ClientId owner) { return Keeping(std::move(id), std::move(owner)); }
  // Takes more of them, as the sandbox gave them, and closes them.
  Awaitable<void> add(Keeping& keeping, std::vector<CollectedArtifact> batch);
  // These were all. `truncated`: the sandbox has left some out.
  Awaitable<Kept> finish(Keeping& keeping, WallTime ended_at, bool truncated);
  // The job has no end: nothing of it is kept.
  Awaitable<void> drop(Keeping& keeping);

  // Of a job as its record has it. kConflict while it has not ended.
  Awaitable<Result<UniqueFd>> open_file(const Job& job, std::string path);
  Result<std::unique_ptr<ArtifactZip>> zip(const Job& job);

  // Looks after what an earlier process left, and tells the storage of it.
  Awaitable<void> count_stored();
  // Removes the files of jobs whose time is up.
  Awaitable<void> sweep();

 private:
  Awaitable<Result<void>> copy(Keeping& keeping, std::vector<CollectedArtifact> batch);
  void note(const JobId& id, ClientId owner, WallTime ended_at, ByteCount bytes);
  Awaitable<void> remove(JobId id);
  Awaitable<bool> settle(JobId id);
  bool is_ours(const JobId& id) const { return keeping_.contains(id) || kept_.contains(id); }

  Deps deps_;
  Options options_;
  std::unordered_set<JobId> keeping_;            // copied at this moment
  std::unordered_map<JobId, WallTime> kept_;     // and when its time is up
  std::set<std::pair<WallTime, JobId>> by_age_;  // the same
  std::vector<JobId> leftovers_;                 // of an earlier process, not yet looked after
  ReaderPlaces zips_;
  boost::asio::thread_pool pool_{2};
};

}  // namespace glovebox
