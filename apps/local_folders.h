// LocalFolders: the folders of this machine that a client of `glovebox mcp` may have checked.
//
// Each call copies the folder as it is then. Threads: the event loop; copies run on the pool.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/ids.h"
#include "projects/project_store.h"
#include "store/project_records.h"

namespace glovebox {

class LocalFolders {
 public:
  // kUser where one is no folder. The paths are made absolute.
  static Result<LocalFolders> open(const std::vector<std::string>& folders);

  const std::vector<std::filesystem::path>& roots() const { return roots_; }
  // For the description of `projectId`; empty: there are none.
  std::string text() const;
  // The folder that is meant, with its links resolved: one of the roots, or below one. Nothing
  // where the text is not such a path.
  std::optional<std::filesystem::path> find(const std::string& text) const;

 private:
  std::vector<std::filesystem::path> roots_;
};

// A new project of what is in the folder now.
Awaitable<Result<ProjectId>> add_local_folder(boost::asio::thread_pool& pool, ProjectStore& store,
                                              ProjectRecords& records, const Clock& clock,
                                              ClientId owner, std::filesystem::path folder);

}  // namespace glovebox
