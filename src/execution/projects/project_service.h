// ProjectService: Projects on one machine.
#pragma once

#include <filesystem>
#include <string>

#include "execution/projects.h"
#include "execution/projects/project_library.h"
#include "execution/projects/storage.h"
#include "registry/tool_registry.h"

namespace glovebox {

class ProjectService final : public Projects {
 public:
  // All must outlive it.
  ProjectService(ProjectLibrary& library, Storage& storage, const ToolRegistry& registry)
      : library_(library), storage_(storage), registry_(registry) {}

  Awaitable<Result<StorageLedger::Room>> make_room(ClientId owner, ByteCount bytes) override;
  Awaitable<Result<UniqueFd>> create_upload() override;
  Awaitable<Result<Project>> add(ClientId owner, std::string name, UniqueFd archive,
                                 ArchiveOptions options) override;
  Awaitable<Result<Project>> add_example(ClientId owner, ToolId tool, std::string example) override;
  Awaitable<Result<ProjectDetails>> details(ClientId caller, ProjectId id) override;
  Awaitable<Result<UniqueFd>> open_file(ClientId caller, ProjectId id, std::string path) override;
  Awaitable<Result<void>> remove(ClientId caller, ProjectId id) override;

 private:
  Awaitable<Result<Project>> copy_example(ClientId owner, std::string name,
                                          std::filesystem::path folder);

  ProjectLibrary& library_;
  Storage& storage_;
  const ToolRegistry& registry_;
};

}  // namespace glovebox
