// The fake service's files of jobs, and its storage.
#include <utility>

#include "http/fake_execution_service.h"

namespace glovebox {
namespace {

class FakeZip final : public ArtifactZip {
 public:
  explicit FakeZip(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}

  Awaitable<Result<std::string>> next() override {
    if (told_ == pieces_.size()) co_return "";
    if (pieces_[told_].empty()) co_return internal_error("a file went away");
    co_return pieces_[told_++];
  }

 private:
  std::vector<std::string> pieces_;
  std::size_t told_ = 0;
};

}  // namespace

void FakeExecutionService::set_zip(std::vector<std::string> pieces) {
  std::lock_guard lock(mutex_);
  zip_ = std::move(pieces);
}

void FakeExecutionService::limit_storage(ByteCount quota) {
  std::lock_guard lock(mutex_);
  StorageLimits limits;
  limits.quota = quota;
  storage_ = std::make_unique<StorageLedger>(limits, clock_, StorageLedger::DiskProbe());
}

Awaitable<Result<StorageLedger::Room>> FakeExecutionService::make_room(ClientId owner,
                                                                       ByteCount bytes) {
  std::lock_guard lock(mutex_);
  if (!storage_) co_return StorageLedger::Room();
  co_return storage_->reserve(owner, bytes);
}

Awaitable<Result<UniqueFd>> FakeExecutionService::open_artifact(ClientId caller, JobId,
                                                                std::string path) {
  return open_project_file(std::move(caller), ProjectId("prj_1"), std::move(path));
}

Awaitable<Result<std::unique_ptr<ArtifactZip>>> FakeExecutionService::artifact_zip(ClientId,
                                                                                   JobId) {
  std::lock_guard lock(mutex_);
  if (zip_.empty()) co_return not_found("There are no files.");
  std::unique_ptr<ArtifactZip> zip = std::make_unique<FakeZip>(zip_);
  co_return zip;
}

}  // namespace glovebox
