// ArtifactLibrary, all files of a job as one zip.
#include <fmt/format.h>

#include <functional>
#include <utility>

#include "execution/artifact_library.h"
#include "execution/blocking.h"
#include "execution/public_error.h"
#include "execution/zip_stream.h"

namespace glovebox {
namespace {

constexpr std::chrono::seconds kRetry{5};

class Zip final : public ArtifactZip {
 public:
  Zip(boost::asio::thread_pool& pool, std::shared_ptr<ZipStream> stream,
      std::shared_ptr<void> place)
      : pool_(pool), stream_(std::move(stream)), place_(std::move(place)) {}

  Awaitable<Result<std::string>> next() override {
    std::function<Result<std::string>()> work = [stream = stream_] { return stream->next(); };
    Result<std::string> piece = co_await run_blocking(pool_, std::move(work));
    co_return public_error("could not make the zip", std::move(piece));
  }

 private:
  boost::asio::thread_pool& pool_;
  std::shared_ptr<ZipStream> stream_;
  std::shared_ptr<void> place_;
};

}  // namespace

Result<std::unique_ptr<ArtifactZip>> ArtifactLibrary::zip(const Job& job) {
  if (!is_final(job.status)) {
    return Error(ErrorKind::kConflict,
                 "the job has not ended yet; what it makes can be fetched once it has");
  }
  if (job.artifacts.empty() || !keeps()) {
    return not_found("the job made or changed no files that are kept");
  }
  std::size_t all = 0;
  for (const auto& [client, count] : *zips_) all += count;
  std::size_t own = zips_->contains(job.owner) ? zips_->at(job.owner) : 0;
  if (own >= options_.zips_per_client || all >= options_.zips_at_once) {
    bool is_own = own >= options_.zips_per_client;
    return Error(is_own ? ErrorKind::kRateLimit : ErrorKind::kQueueFull,
                 fmt::format("{} zips are being sent{}, as many as may be; try again later",
                             is_own ? own : all, is_own ? " to you" : ""))
        .with("limit", is_own ? "zips_per_client" : "zips_at_once")
        .with("configured", is_own ? options_.zips_per_client : options_.zips_at_once)
        .with("observed", is_own ? own : all)
        .with_retry_after(kRetry);
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
  ++(*zips_)[job.owner];
  std::shared_ptr<void> place(nullptr, [zips = zips_, owner = job.owner](void*) {
    auto found = zips->find(owner);
    if (--found->second == 0) zips->erase(found);
  });
  return std::unique_ptr<ArtifactZip>(
      std::make_unique<Zip>(pool_, std::move(stream), std::move(place)));
}

}  // namespace glovebox
