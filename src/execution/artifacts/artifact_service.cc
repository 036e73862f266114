#include "execution/artifacts/artifact_service.h"

#include <utility>

#include "execution/public_error.h"

namespace glovebox {

Awaitable<Result<UniqueFd>> ArtifactService::open(ClientId caller, JobId job, std::string path) {
  GB_CO_TRY(ExecutionResult found,
            co_await jobs_.find(std::move(caller), std::move(job), WithOutput::kNo));
  Result<UniqueFd> opened = co_await library_.open_file(found.job, std::move(path));
  co_return public_error("could not open the file", std::move(opened));
}

Awaitable<Result<std::unique_ptr<ArtifactZip>>> ArtifactService::zip(ClientId caller, JobId job) {
  GB_CO_TRY(ExecutionResult found,
            co_await jobs_.find(std::move(caller), std::move(job), WithOutput::kNo));
  co_return library_.zip(found.job);
}

}  // namespace glovebox
