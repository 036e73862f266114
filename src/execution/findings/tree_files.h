// The files of a stored project, for reading a tool's output for findings: their names and their
// text. Symbolic links are not included and never followed.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>
#include <utility>

#include "base/awaitable.h"
#include "base/result.h"
#include "findings/project_paths.h"
#include "findings/source/source_lines.h"
#include "projects/project_store.h"

namespace glovebox {

// The names, read on the pool. The last list is cached: several tools often run on one project.
// Threads: the event loop.
class TreeFileLists {
 public:
  // Both must outlive it.
  TreeFileLists(boost::asio::thread_pool& pool, const ProjectStore& store)
      : pool_(pool), store_(store) {}

  Awaitable<Result<std::shared_ptr<const ProjectFiles>>> of(std::string tree);

 private:
  boost::asio::thread_pool& pool_;
  const ProjectStore& store_;
  std::string last_tree_;
  std::shared_ptr<const ProjectFiles> last_;
};

// The text. Blocks; one thread at a time. The store must outlive it.
class TreeSource final : public SourceFiles {
 public:
  TreeSource(const ProjectStore& store, std::string tree) : store_(store), tree_(std::move(tree)) {}

  std::string read(std::string_view path, std::size_t max_bytes) override;

 private:
  const ProjectStore& store_;
  std::string tree_;
};

}  // namespace glovebox
