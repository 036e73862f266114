// Projects: uploads and examples, and the files in them.
//
// Projects of another owner are kNotFound, as if they did not exist. A call that changes something
// runs to its end even if the awaiting coroutine is cancelled. Threads: the event loop.
#pragma once

#include <string>

#include "base/awaitable.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "execution/projects/storage_ledger.h"
#include "model/project.h"

namespace glovebox {

class Projects {
 public:
  virtual ~Projects() = default;

  // Room on the disk for what a client is about to send: `bytes`, or the number known so far; it
  // can grow. Hold it until the project is created. kQueueFull if the storage is full, kRateLimit
  // if the client's share is used up.
  virtual Awaitable<Result<StorageLedger::Room>> make_room(ClientId owner, ByteCount bytes) = 0;
  // A file to write an upload into, for add().
  virtual Awaitable<Result<UniqueFd>> create_upload() = 0;
  // Creates a project from an archive. This function, add_example() and details() set
  // Project::suits.
  virtual Awaitable<Result<Project>> add(ClientId owner, std::string name, UniqueFd archive,
                                         ArchiveOptions options) = 0;
  virtual Awaitable<Result<Project>> add_example(ClientId owner, ToolId tool,
                                                 std::string example) = 0;
  virtual Awaitable<Result<ProjectDetails>> details(ClientId caller, ProjectId id) = 0;
  virtual Awaitable<Result<UniqueFd>> open_file(ClientId caller, ProjectId id,
                                                std::string path) = 0;
  // kConflict while a waiting or running job uses it.
  virtual Awaitable<Result<void>> remove(ClientId caller, ProjectId id) = 0;
};

}  // namespace glovebox
