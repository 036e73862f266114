// The part of ArtifactLibrary that writes all files of a job as one zip.
#include <fmt/format.h>

#include <functional>
#include <utility>

#include "execution/artifacts/artifact_library.h"
#include "execution/artifacts/zip_stream.h"
#include "execution/async/blocking.h"
#include "execution/public_error.h"

namespace glovebox {
namespace {

// After this time a stalled download may lose its place.
constexpr std::chrono::seconds kRetry{5};

class Zip final : public ArtifactZip {
 public:
  Zip(boost::asio::thread_pool& pool, std::shared_ptr<ZipStream> stream)
      : pool_(pool), stream_(std::move(stream)) {}

  // When it has lost its place, it releases its resources at once.
  bool take_place(ReaderPlaces& places, const ClientId& owner) {
    place_ = places.take(owner, [this] { stream_.reset(); });
    return place_ != nullptr;
  }

  Awaitable<Result<std::string>> next() override {
    if (!stream_) {
      co_return Error(ErrorKind::kRateLimit,
                      "this download had stalled, and another one needed its place");
    }
    place_->asked();
    std::function<Result<std::string>()> work = [stream = stream_] { return stream->next(); };
    Result<std::string> piece = co_await run_blocking(pool_, std::move(work));
    place_->handed();
    co_return public_error("could not create the zip", std::move(piece));
  }

 private:
  boost::asio::thread_pool& pool_;
  std::shared_ptr<ZipStream> stream_;  // null: the place is lost
  std::unique_ptr<ReaderPlaces::Place> place_;
};

Error all_places_taken(const ReaderPlaces& places, const ClientId& owner) {
  const ReaderPlaces::Limits& limits = places.limits();
  bool is_own = limits.per_client > 0 && places.of(owner) >= limits.per_client;
  std::size_t count = is_own ? places.of(owner) : places.all();
  return Error(is_own ? ErrorKind::kRateLimit : ErrorKind::kQueueFull,
               fmt::format("{} zips are being sent{}, which is the limit; try again later", count,
                           is_own ? " to you" : ""))
      .with("limit", is_own ? "zips_per_client" : "zips_at_once")
      .with("configured", is_own ? limits.per_client : limits.in_all)
      .with("observed", count)
      .with_retry_after(kRetry);
}

}  // namespace

Result<std::unique_ptr<ArtifactZip>> ArtifactLibrary::zip(const Job& job) {
  if (!is_final(job.status)) {
    return Error(ErrorKind::kConflict,
                 "the job has not ended; its files can be downloaded when it has");
  }
  if (job.artifacts.empty() || !keeps()) {
    return not_found("the job has no stored files");
  }
  std::vector<ZipItem> items;
  for (const Artifact& artifact : job.artifacts) {
    items.push_back({artifact.path, artifact.size_bytes});
  }
  std::vector<std::int64_t> sizes;
  for (const ZipItem& item : items) sizes.push_back(item.size_bytes);
  ZipStream::Open open = [store = deps_.store, id = job.id,
                          sizes = std::move(sizes)](std::size_t number) {
    return store->open_file(id, number, sizes[number]);
  };
  auto stream = std::make_shared<ZipStream>(
      std::move(items), job.finished_at.value_or(job.created_at), std::move(open));
  auto zip = std::make_unique<Zip>(pool_, std::move(stream));
  if (!zip->take_place(zips_, job.owner)) return all_places_taken(zips_, job.owner);
  return std::unique_ptr<ArtifactZip>(std::move(zip));
}

}  // namespace glovebox
