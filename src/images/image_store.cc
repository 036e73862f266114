#include "images/image_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <set>
#include <thread>

#include "base/log.h"
#include "base/near_miss.h"
#include "base/os.h"
#include "base/random.h"
#include "base/sha256.h"
#include "images/image_work.h"

namespace glovebox {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostOfARecord = 128 << 10;
constexpr std::chrono::milliseconds kLookAgain{100};
constexpr std::string_view kSuffix = ".json";

Result<void> rename_file(const fs::path& from, const fs::path& to) {
  return os::check(::rename(from.c_str(), to.c_str()), "rename", to.native());
}

Result<void> sync_folder(const fs::path& folder) {
  GB_TRY(UniqueFd open_one, os::open(folder, O_RDONLY | O_DIRECTORY));
  return os::check(::fsync(open_one.get()), "fsync", folder.native());
}

// Whole or not at all, also if the power fails. With the folders locked: collect() removes what is
// left of a record that was not finished.
Result<void> write_record(const ImageFolders& folders, const fs::path& path,
                          const std::string& text) {
  fs::path incoming = folders.dir() / random_id("record_");
  Result<void> written = [&]() -> Result<void> {
    GB_TRY(UniqueFd file, os::open(incoming, O_WRONLY | O_CREAT | O_EXCL, 0644));
    GB_TRY_VOID(os::write_fd(file.get(), text, path.native()));
    GB_TRY_VOID(os::check(::fsync(file.get()), "fsync", path.native()));
    GB_TRY_VOID(rename_file(incoming, path));
    return sync_folder(path.parent_path());
  }();
  if (written.has_error()) ::unlink(incoming.c_str());
  return written;
}

std::optional<WallTime> last_use(const ImageFolders& folders, const std::string& folder) {
  struct stat status;
  if (::stat(folders.use(folder).c_str(), &status) != 0 || status.st_mtim.tv_sec <= 0) {
    return std::nullopt;
  }
  return WallTime(std::chrono::seconds(status.st_mtim.tv_sec));
}

// The file that leases lock. Its time 0 says that nobody has used it.
Result<void> make_use_file(const ImageFolders& folders, const std::string& folder) {
  GB_TRY(UniqueFd file, os::open(folders.use(folder), O_RDWR | O_CREAT, 0644));
  timespec never[2]{};
  return os::check(::futimens(file.get(), never), "futimens", folder);
}

}  // namespace

Result<ImageStore> ImageStore::open(fs::path images_dir) {
  std::error_code code;
  images_dir = fs::absolute(images_dir, code).lexically_normal();
  ImageStore store{ImageFolders(std::move(images_dir))};
  GB_TRY_VOID(store.folders_.make());
  GB_TRY_VOID(store.collect());
  GB_TRY_VOID(ImageWork::sweep(store.folders_));
  return store;
}

std::vector<std::string> ImageStore::files_in(const fs::path& folder) const {
  std::vector<std::string> found;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(folder, code)) {
    found.push_back(entry.path().filename());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::string> ImageStore::names() const {
  std::vector<std::string> found;
  for (const std::string& file : files_in(folders_.names())) {
    if (!file.ends_with(kSuffix)) continue;
    std::string name = file.substr(0, file.size() - kSuffix.size());
    if (is_image_name(name)) found.push_back(std::move(name));
  }
  return found;
}

Result<std::vector<NamedImage>> ImageStore::list() const {
  std::vector<NamedImage> images;
  for (const std::string& name : names()) {
    Result<ImageRef> id = get(name);
    if (id.has_error()) continue;
    NamedImage image{name, *id, {}, last_use(folders_, folder_of_digest(id->digest))};
    auto text = os::read_file(folders_.info(folder_of_digest(id->digest)), kMostOfARecord);
    if (text) {
      if (auto info = decode_image_info(*text)) image.info = std::move(*info);
    }
    images.push_back(std::move(image));
  }
  return images;
}

Result<ImageRef> ImageStore::get(const std::string& name) const {
  GB_TRY_VOID(check_image_name(name));
  Result<std::string> text = os::read_file(folders_.name(name), kMostOfARecord);
  if (text) return decode_image_ref(*text);
  if (text.error().errno_value() != ENOENT) return std::move(text).error();
  return not_found(fmt::format("no image named {}{}; 'glovebox image list' lists them",
                               in_quotes(name), did_you_mean(name, names())));
}

bool ImageStore::has_root(const std::string& digest) const {
  std::error_code code;
  std::string folder = folder_of_digest(digest);
  return fs::is_directory(folders_.root(folder), code) && fs::exists(folders_.info(folder), code);
}

// The record is written first: a root without one would be of no use.
Result<void> ImageStore::add_root(const fs::path& unpacked, const ImageInfo& info) const {
  std::string folder = folder_of_digest(info.digest);
  GB_TRY_VOID(write_record(folders_, folders_.info(folder), encode_image_info(info)));
  GB_TRY_VOID(make_use_file(folders_, folder));
  GB_TRY_VOID(rename_file(unpacked, folders_.root(folder)));
  return sync_folder(folders_.roots());
}

Result<void> ImageStore::set_name(const std::string& name, const ImageRef& ref) const {
  GB_TRY_VOID(check_image_name(name));
  return write_record(folders_, folders_.name(name), encode_image_ref(ref));
}

Result<bool> ImageStore::is_named(const std::string& folder) const {
  for (const std::string& name : names()) {
    // A record that cannot be read keeps every root.
    Result<ImageRef> ref = get(name);
    if (ref.has_error() || folder_of_digest(ref->digest) == folder) return true;
  }
  return false;
}

// False: a job has it. Its files are moved to a work folder and removed there.
Result<bool> ImageStore::discard(const std::string& folder) const {
  GB_TRY(ImageWork work, ImageWork::begin(folders_));
  GB_TRY(UniqueFd store, folders_.lock());
  GB_TRY(bool named, is_named(folder));
  if (named) return true;
  Result<UniqueFd> use = os::open(folders_.use(folder), O_RDONLY);
  if (use.has_value()) {
    GB_TRY(bool unused, try_flock(*use, LOCK_EX));
    if (!unused) return false;
  }
  std::error_code code;
  if (fs::exists(folders_.root(folder), code)) {
    GB_TRY_VOID(rename_file(folders_.root(folder), work.path() / "root"));
  }
  ::unlink(folders_.info(folder).c_str());
  ::unlink(folders_.use(folder).c_str());
  store.reset();
  return true;
}

Result<void> ImageStore::collect() const {
  std::set<std::string> folders;
  {
    GB_TRY(UniqueFd store, folders_.lock());
    for (const std::string& folder : files_in(folders_.roots())) folders.insert(folder);
    for (std::string file : files_in(folders_.infos())) {
      if (file.ends_with(kSuffix)) folders.insert(file.substr(0, file.size() - kSuffix.size()));
    }
    std::erase_if(folders, [](const std::string& folder) { return !is_sha256(folder); });
    for (const std::string& file : files_in(folders_.dir())) {
      if (file.starts_with("record_")) ::unlink((folders_.dir() / file).c_str());
    }
    for (const std::string& name : names()) {
      if (Result<ImageRef> ref = get(name)) folders.erase(folder_of_digest(ref->digest));
    }
  }
  for (const std::string& folder : folders) GB_TRY_VOID(discard(folder));
  return ok();
}

Result<void> ImageStore::remove(const std::string& name, Removal removal,
                                const Interrupted& interrupted,
                                const std::function<void()>& waits) const {
  GB_TRY(ImageRef ref, get(name));
  std::string folder = folder_of_digest(ref.digest);
  {
    GB_TRY(UniqueFd store, folders_.lock());
    Result<UniqueFd> use = os::open(folders_.use(folder), O_RDONLY);
    bool unused = true;
    if (use.has_value()) {
      GB_TRY(unused, try_flock(*use, LOCK_EX));
    }
    if (!unused && removal == Removal::kIfUnused) {
      return Error(ErrorKind::kConflict,
                   fmt::format("the image {} is in use: jobs that wait or run have it; wait for "
                               "them, or use --force, which removes its files after their end",
                               in_quotes(name)));
    }
    GB_TRY_VOID(os::check(::unlink(folders_.name(name).c_str()), "unlink", name));
  }
  for (bool told = false;;) {
    GB_TRY(bool gone, discard(folder));
    if (gone) return ok();
    if (!std::exchange(told, true) && waits) waits();
    if (interrupted && interrupted()) return Error(ErrorKind::kUser, "interrupted");
    std::this_thread::sleep_for(kLookAgain);
  }
}

}  // namespace glovebox
