#include "execution/presets/preset_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace glovebox {
namespace {

Result<void> check_size(const Preset& preset, const Project& project) {
  auto bytes = static_cast<std::uint64_t>(project.total_bytes);
  if (preset.project_bytes && bytes > preset.project_bytes->bytes()) {
    return Error(ErrorKind::kUnprocessable,
                 fmt::format("the project has {}; \"{}\" takes up to {}",
                             format_bytes(ByteCount(bytes)), preset.title,
                             format_bytes(*preset.project_bytes)))
        .with("configured", preset.project_bytes->bytes())
        .with("observed", bytes);
  }
  if (preset.project_files && project.file_count > *preset.project_files) {
    return Error(ErrorKind::kUnprocessable,
                 fmt::format("the project has {} files; \"{}\" takes up to {}", project.file_count,
                             preset.title, *preset.project_files))
        .with("configured", *preset.project_files)
        .with("observed", project.file_count);
  }
  return ok();
}

}  // namespace

Result<const Preset*> PresetService::find(std::string_view name) const {
  auto found = std::ranges::find(presets_, name, &Preset::name);
  if (found != presets_.end()) return &*found;
  return not_found(fmt::format("no preset \"{}\"", name.substr(0, 64)));
}

Awaitable<Result<SubmittedCheckup>> PresetService::run(ClientId caller, std::string name,
                                                       ProjectId project,
                                                       std::string idempotency_key) {
  GB_CO_TRY(const Preset* preset, find(name));
  auto asking = projects_.details(caller, project);
  GB_CO_TRY(ProjectDetails details, co_await std::move(asking));
  GB_CO_TRY_VOID(check_size(*preset, details.project));
  CheckupRequest request;
  request.project_id = std::move(project);
  request.tools = preset->tools;
  request.parameters = preset->parameters;
  request.timeout = preset->timeout;
  request.idempotency_key = std::move(idempotency_key);
  auto submitting = checkups_.submit(std::move(caller), std::move(request));
  co_return co_await std::move(submitting);
}

}  // namespace glovebox
