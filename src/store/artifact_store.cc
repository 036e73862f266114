#include "store/artifact_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/disk_usage.h"
#include "base/log.h"
#include "base/os.h"
#include "base/scope_exit.h"
#include "base/tree_folder.h"

namespace glovebox {
namespace {

constexpr std::size_t kPiece = 1 << 20;
constexpr std::size_t kLongestId = 100;

// Ids also come from clients.
bool is_folder_name(const std::string& id) {
  auto plain = [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return id.starts_with("job_") && id.size() <= kLongestId &&
         std::all_of(id.begin(), id.end(), plain);
}

Result<void> copy_content(const ArtifactSource& source, int to) {
  off_t offset = 0;
  while (offset < source.size_bytes) {
    std::size_t wanted = std::min<std::int64_t>(kPiece, source.size_bytes - offset);
    ssize_t n = ::sendfile(to, source.content.get(), &offset, wanted);
    if (n < 0 && errno == EINTR) continue;
    GB_TRY_VOID(os::check(n, "sendfile", "an artifact"));
    if (n == 0) return internal_error("an artifact became shorter");
  }
  return ok();
}

class DiskArtifactStore final : public ArtifactStore {
 public:
  DiskArtifactStore(std::filesystem::path root, UniqueFd root_fd)
      : root_(std::move(root)), root_fd_(std::move(root_fd)) {}

  KeptArtifacts keep(const JobId& job, std::size_t first,
                     std::vector<ArtifactSource> sources) override {
    KeptArtifacts kept;
    Result<UniqueFd> folder = first == 0 ? make_folder(job) : open_job_folder(job);
    if (folder.has_error()) {
      kept.error = std::move(folder).error();
      return kept;
    }
    if (first + sources.size() > kMostFiles) {
      kept.error = Error(ErrorKind::kUser, "more files than the limit of one job");
      sources.resize(first < kMostFiles ? kMostFiles - first : 0);
    }
    for (ArtifactSource& source : sources) {
      std::size_t number = first + kept.count;
      Result<void> copied = source.further_name
                                ? keep_further_name(folder->get(), number)
                                : keep_one(folder->get(), std::to_string(number), source);
      source.content.reset();
      if (copied.has_error()) {
        kept.error = std::move(copied).error();
        break;
      }
      ++kept.count;
    }
    // Leaves no empty folder behind.
    if (first + kept.count == 0) {
      if (auto removed = remove(job); removed.has_error()) {
        spdlog::warn("artifacts of {}: {}", job.str(), removed.error().message());
      }
    }
    return kept;
  }

  Result<UniqueFd> open_file(const JobId& job, std::size_t number,
                             std::int64_t size_bytes) const override {
    if (!is_folder_name(job.str())) return not_kept();
    auto folder = open_folder_below(root_fd_.get(), job.str());
    if (folder.has_error()) return not_kept();
    auto file = os::openat(folder->get(), std::to_string(number), O_RDONLY | O_NOFOLLOW);
    struct stat info {};
    if (file.has_error() || ::fstat(file->get(), &info) != 0 || !S_ISREG(info.st_mode) ||
        info.st_size != size_bytes) {
      return not_kept();
    }
    return file;
  }

  Result<void> remove(const JobId& job) override {
    if (!is_folder_name(job.str())) return ok();
    return remove_below(root_fd_.get(), job.str());
  }

  Result<ByteCount> allocated(const JobId& job) const override {
    if (!is_folder_name(job.str())) return ByteCount();
    return allocated_below(root_ / job.str());
  }

  Result<std::vector<JobId>> jobs() override {
    GB_TRY(UniqueFd copy, open_folder_below(root_fd_.get(), ""));
    DIR* dir = ::fdopendir(copy.get());
    if (dir == nullptr) return Error::from_errno("fdopendir", root_.string(), errno);
    (void)copy.release();
    ScopeExit close([dir] { ::closedir(dir); });
    std::vector<JobId> jobs;
    while (const dirent* entry = ::readdir(dir)) {
      std::string name(entry->d_name);
      if (name == "." || name == "..") continue;
      if (is_folder_name(name)) {
        jobs.emplace_back(std::move(name));
      } else {
        GB_TRY_VOID(remove_below(root_fd_.get(), name));
      }
    }
    return jobs;
  }

 private:
  static Error not_kept() { return not_found("this file has expired"); }

  Result<UniqueFd> make_folder(const JobId& job) {
    if (!is_folder_name(job.str())) return internal_error("not a job's id: " + job.str());
    GB_TRY_VOID(remove_below(root_fd_.get(), job.str()));
    GB_TRY_VOID(
        os::check(::mkdirat(root_fd_.get(), job.str().c_str(), 0700), "mkdirat", job.str()));
    return open_folder_below(root_fd_.get(), job.str());
  }

  Result<UniqueFd> open_job_folder(const JobId& job) const {
    if (!is_folder_name(job.str())) return internal_error("not a job's id: " + job.str());
    return open_folder_below(root_fd_.get(), job.str());
  }

  static Result<void> keep_one(int folder, const std::string& name, const ArtifactSource& source) {
    struct stat info {};
    GB_TRY_VOID(os::check(::fstat(source.content.get(), &info), "fstat", "an artifact"));
    unsigned mode = 0600 | (info.st_mode & 0100);
    GB_TRY(UniqueFd file, os::openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode));
    Result<void> copied = copy_content(source, file.get());
    if (copied.has_error()) ::unlinkat(folder, name.c_str(), 0);
    return copied;
  }

  // A hard link to the previous file; a copy if the file system does not support links or has too
  // many.
  static Result<void> keep_further_name(int folder, std::size_t number) {
    if (number == 0) return internal_error("an artifact is a hard link to a missing artifact");
    std::string name = std::to_string(number), first = std::to_string(number - 1);
    if (::linkat(folder, first.c_str(), folder, name.c_str(), 0) == 0) return ok();
    bool may_be_copied = errno == EPERM || errno == EMLINK || errno == EOPNOTSUPP;
    if (!may_be_copied) return Error::from_errno("linkat", name, errno);
    ArtifactSource source;
    GB_TRY(source.content, os::openat(folder, first, O_RDONLY | O_NOFOLLOW));
    struct stat info {};
    GB_TRY_VOID(os::check(::fstat(source.content.get(), &info), "fstat", first));
    source.size_bytes = info.st_size;
    return keep_one(folder, name, source);
  }

  std::filesystem::path root_;
  UniqueFd root_fd_;
};

}  // namespace

Result<std::unique_ptr<ArtifactStore>> ArtifactStore::open(const std::filesystem::path& root) {
  GB_TRY_VOID(os::ensure_dir(root, 0700));
  GB_TRY(UniqueFd fd, os::open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  return std::unique_ptr<ArtifactStore>(std::make_unique<DiskArtifactStore>(root, std::move(fd)));
}

}  // namespace glovebox
