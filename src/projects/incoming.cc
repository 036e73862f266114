#include "projects/incoming.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <vector>

#include "base/dir_stream.h"
#include "base/log.h"
#include "base/os.h"
#include "base/random.h"
#include "base/tree_folder.h"

namespace glovebox {
namespace {

Result<std::vector<std::string>> names_in(int fd) {
  GB_TRY(UniqueFd copy, os::openat(fd, ".", O_RDONLY | O_DIRECTORY));
  DirStream dir(::fdopendir(copy.get()));
  if (dir == nullptr) return Error::from_errno("fdopendir", "incoming", errno);
  (void)copy.release();
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(dir.get())) {
    std::string name(entry->d_name);
    if (name != "." && name != "..") names.push_back(std::move(name));
  }
  return names;
}

bool in_use(int parent_fd, const std::string& name) {
  auto fd = open_folder_below(parent_fd, name);
  return fd.has_value() && ::flock(fd.value().get(), LOCK_EX | LOCK_NB) != 0 &&
         errno == EWOULDBLOCK;
}

Result<void> sweep(int parent_fd) {
  GB_TRY(std::vector<std::string> names, names_in(parent_fd));
  for (const std::string& name : names) {
    if (!in_use(parent_fd, name)) GB_TRY_VOID(remove_below(parent_fd, name));
  }
  return ok();
}

}  // namespace

Result<std::unique_ptr<Incoming>> Incoming::open(int root_fd) {
  GB_TRY(UniqueFd parent, open_folder_below(root_fd, "incoming"));
  // The next process to open waits here until our own folder is locked. The lock ends with this
  // scope's descriptor, not with `parent`.
  GB_TRY(UniqueFd turn, open_folder_below(parent.get(), ""));
  GB_TRY_VOID(os::check(::flock(turn.get(), LOCK_EX), "flock", "incoming"));
  GB_TRY_VOID(sweep(parent.get()));
  std::string name = random_id("store_");
  GB_TRY_VOID(os::check(::mkdirat(parent.get(), name.c_str(), 0700), "mkdir", name));
  GB_TRY(UniqueFd own, open_folder_below(parent.get(), name));
  GB_TRY_VOID(os::check(::flock(own.get(), LOCK_EX | LOCK_NB), "flock", name));
  return std::unique_ptr<Incoming>(
      new Incoming(std::move(parent), std::move(name), std::move(own)));
}

Incoming::~Incoming() {
  auto removed = remove_below(parent_.get(), name_);
  if (removed.has_error()) spdlog::warn("incoming: {}", removed.error().message());
}

}  // namespace glovebox
