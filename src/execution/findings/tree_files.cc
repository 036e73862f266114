#include "execution/findings/tree_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <vector>

#include "execution/async/blocking.h"

namespace glovebox {

Awaitable<Result<std::shared_ptr<const ProjectFiles>>> TreeFileLists::of(std::string tree) {
  if (last_ && tree == last_tree_) co_return last_;
  using List = std::shared_ptr<const ProjectFiles>;
  std::function<Result<List>()> read = [&store = store_, tree]() -> Result<List> {
    GB_TRY(ProjectTree found, store.tree(tree));
    std::vector<std::string> paths;
    paths.reserve(found.files.size());
    for (ProjectFile& file : found.files) paths.push_back(std::move(file.path));
    return List(std::make_shared<FileList>(std::move(paths)));
  };
  GB_CO_TRY(List files, co_await run_blocking(pool_, std::move(read)));
  last_tree_ = std::move(tree);
  last_ = files;
  co_return files;
}

std::string TreeSource::read(std::string_view path, std::size_t max_bytes) {
  Result<UniqueFd> file = store_.open_file(tree_, path);
  struct stat status {};
  if (file.has_error() || ::fstat(file->get(), &status) != 0) return {};
  std::string text(std::min(max_bytes, static_cast<std::size_t>(status.st_size)), '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    ssize_t n =
        ::pread(file->get(), text.data() + have, text.size() - have, static_cast<off_t>(have));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    have += static_cast<std::size_t>(n);
  }
  text.resize(have);
  return text;
}

}  // namespace glovebox
