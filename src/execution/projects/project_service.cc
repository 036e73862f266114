#include "execution/projects/project_service.h"

#include <utility>

#include "execution/async/uncancelled.h"

namespace glovebox {

Awaitable<Result<StorageLedger::Room>> ProjectService::make_room(ClientId owner, ByteCount bytes) {
  return uncancelled(storage_.make_room(std::move(owner), bytes));
}

Awaitable<Result<UniqueFd>> ProjectService::create_upload() {
  return library_.create_upload();
}

Awaitable<Result<Project>> ProjectService::add(ClientId owner, std::string name, UniqueFd archive,
                                               ArchiveOptions options) {
  return uncancelled(library_.add_archive(std::move(owner), std::move(name), std::move(archive),
                                          std::move(options)));
}

Awaitable<Result<Project>> ProjectService::add_example(ClientId owner, ToolId tool,
                                                       std::string example) {
  GB_CO_TRY(std::filesystem::path folder, registry_.example_path(tool, example));
  co_return co_await uncancelled(
      copy_example(std::move(owner), std::move(example), std::move(folder)));
}

Awaitable<Result<Project>> ProjectService::copy_example(ClientId owner, std::string name,
                                                        std::filesystem::path folder) {
  // The size is known only after copying. If the storage is already full, it is refused before.
  GB_CO_TRY(StorageLedger::Room room, co_await storage_.make_room(owner, ByteCount(1)));
  co_return co_await library_.add_directory(std::move(owner), std::move(name), std::move(folder));
}

Awaitable<Result<ProjectDetails>> ProjectService::details(ClientId caller, ProjectId id) {
  return library_.details(std::move(caller), std::move(id));
}

Awaitable<Result<UniqueFd>> ProjectService::open_file(ClientId caller, ProjectId id,
                                                      std::string path) {
  return library_.open_file(std::move(caller), std::move(id), std::move(path));
}

Awaitable<Result<void>> ProjectService::remove(ClientId caller, ProjectId id) {
  return uncancelled(library_.remove(std::move(caller), std::move(id)));
}

}  // namespace glovebox
