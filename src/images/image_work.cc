#include "images/image_work.h"

#include <fcntl.h>
#include <sys/file.h>

#include <chrono>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/os.h"
#include "base/random.h"
#include "base/tree_folder.h"

namespace glovebox {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kTryAgain{100};
constexpr const char* kLockName = "lock";

// The folder's lock; nothing: somebody works there. Call with the store locked.
Result<std::optional<UniqueFd>> try_take(const fs::path& path) {
  GB_TRY_VOID(os::ensure_dir(path, 0700));
  GB_TRY(UniqueFd lock, os::open(path / kLockName, O_RDWR | O_CREAT, 0600));
  GB_TRY(bool mine, try_flock(lock, LOCK_EX));
  if (!mine) return std::optional<UniqueFd>();
  return std::optional<UniqueFd>(std::move(lock));
}

// All but the lock, which goes last with the folder.
Result<void> empty_folder(const fs::path& path) {
  std::error_code code;
  std::vector<fs::path> entries;
  for (const auto& entry : fs::directory_iterator(path, code)) {
    if (entry.path().filename() != kLockName) entries.push_back(entry.path());
  }
  for (const fs::path& entry : entries) GB_TRY_VOID(remove_image_tree(entry));
  return ok();
}

}  // namespace

Result<void> remove_image_tree(const fs::path& path) {
  GB_TRY(UniqueFd parent, os::open(path.parent_path(), O_RDONLY | O_DIRECTORY));
  return remove_below(parent.get(), path.filename());
}

Result<ImageWork> ImageWork::begin(const ImageFolders& folders, const std::string& name,
                                   const Interrupted& interrupted,
                                   const std::function<void()>& waits) {
  fs::path path = folders.work() / name;
  for (bool told = false;;) {
    {
      GB_TRY(UniqueFd store, folders.lock());
      GB_TRY(std::optional<UniqueFd> lock, try_take(path));
      if (lock) {
        ImageWork work(path, *std::move(lock));
        GB_TRY_VOID(empty_folder(path));
        return work;
      }
    }
    if (!std::exchange(told, true) && waits) waits();
    if (interrupted && interrupted()) return Error(ErrorKind::kUser, "interrupted");
    std::this_thread::sleep_for(kTryAgain);
  }
}

Result<ImageWork> ImageWork::begin(const ImageFolders& folders) {
  return begin(folders, random_id("work_"), nullptr, nullptr);
}

ImageWork::ImageWork(ImageWork&& other) noexcept
    : path_(std::exchange(other.path_, fs::path())), lock_(std::move(other.lock_)) {}

// A process that waits for the folder sees it locked until it is gone, and then makes a new one.
ImageWork::~ImageWork() {
  if (path_.empty()) return;
  Result<void> removed = empty_folder(path_);
  ImageFolders folders(path_.parent_path().parent_path());
  Result<UniqueFd> store = folders.lock();
  if (removed.has_value()) removed = remove_image_tree(path_);
  if (removed.has_error()) spdlog::warn("{}", escape_for_log(removed.error().message()));
}

Result<void> ImageWork::sweep(const ImageFolders& folders) {
  std::vector<ImageWork> left;
  {
    GB_TRY(UniqueFd store, folders.lock());
    std::error_code code;
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(folders.work(), code)) {
      paths.push_back(entry.path());
    }
    for (const fs::path& path : paths) {
      GB_TRY(std::optional<UniqueFd> lock, try_take(path));
      if (lock) left.push_back(ImageWork(path, *std::move(lock)));
    }
  }
  return ok();  // their end removes them
}

}  // namespace glovebox
