#include "projects/disk_project_store.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <new>

#include "base/disk_usage.h"
#include "base/os.h"
#include "base/random.h"
#include "base/sha256.h"
#include "base/tree_folder.h"
#include "projects/archive_file.h"
#include "projects/archive_format.h"
#include "projects/directory_copy.h"
#include "projects/single_file.h"
#include "projects/tar_unpacker.h"
#include "projects/tree_index.h"
#include "projects/zip_unpacker.h"

namespace glovebox {
namespace {

// More than the largest index: its paths, escaped sixfold, plus the fields around each.
std::size_t index_bound(const ArchiveLimits& limits) {
  constexpr std::size_t kPerFile = 200;
  return static_cast<std::size_t>(limits.entries) * kPerFile + 6 * EntrySet::kMaxPathBytes;
}

std::string index_name(std::string_view sha256) {
  return std::string(sha256) + ".json";
}

Error no_such_tree() {
  return not_found("project tree not found");
}

// Catches a library's exception for lack of memory.
template <class F>
auto guarded(F&& f) -> decltype(f()) {
  try {
    return f();
  } catch (const std::bad_alloc&) {
    return internal_error("out of memory while unpacking");
  }
}

std::unique_ptr<ByteStream> tar_stream(ArchiveFormat format, const ArchiveFile& file,
                                       const UnpackBudget& budget) {
  switch (format) {
    case ArchiveFormat::kTarBz2:
      return make_decoded_stream(file, budget, make_bzip2_codec(Members::kMany));
    case ArchiveFormat::kTarGz:
      return make_decoded_stream(file, budget, make_gzip_codec());
    case ArchiveFormat::kTarXz:
      return make_decoded_stream(file, budget, make_xz_codec(Members::kMany));
    case ArchiveFormat::kTarZst:
      return make_decoded_stream(file, budget, make_zstd_codec(Members::kMany));
    default:
      return make_plain_stream(file, budget);
  }
}

}  // namespace

Result<UniqueFd> DiskProjectStore::create_upload() {
  int incoming = folders_.incoming->fd();
  auto unnamed = os::openat(incoming, ".", O_TMPFILE | O_RDWR, 0600);
  if (unnamed.has_value()) return unnamed;
  // Some file systems have no O_TMPFILE.
  std::string name = random_id("upload_");
  GB_TRY(UniqueFd fd, os::openat(incoming, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
  GB_TRY_VOID(os::check(::unlinkat(incoming, name.c_str(), 0), "unlink", name));
  return fd;
}

Result<ProjectTree> DiskProjectStore::add_archive(int archive_fd, const ArchiveOptions& options) {
  return guarded([&] { return unpack(archive_fd, options); });
}

Result<ProjectTree> DiskProjectStore::unpack(int archive_fd, const ArchiveOptions& options) {
  GB_TRY(ArchiveFile file, ArchiveFile::open(archive_fd, limits_.upload));
  UnpackBudget budget(limits_, ByteCount(file.size()));
  GB_TRY(ArchiveFormat format, detect_format(file, options.file_name));
  GB_TRY(auto writer, TreeWriter::create(folders_.incoming->fd(), budget));
  if (format == ArchiveFormat::kZip) {
    GB_TRY_VOID(unpack_zip(file, budget, *writer));
  } else if (format == ArchiveFormat::kSingleFile) {
    GB_TRY_VOID(copy_single_file(file, options.file_name, budget, *writer));
  } else {
    auto stream = tar_stream(format, file, budget);
    GB_TRY_VOID(unpack_tar(*stream, budget, *writer));
  }
  return publish(*writer, options.top);
}

Result<ProjectTree> DiskProjectStore::add_directory(const std::filesystem::path& directory) {
  return guarded([&]() -> Result<ProjectTree> {
    UnpackBudget budget(limits_, std::nullopt);
    GB_TRY(auto writer, TreeWriter::create(folders_.incoming->fd(), budget));
    GB_TRY_VOID(copy_directory(directory, folders_.root_fd.get(), budget, *writer));
    return publish(*writer, TopFolder::kKept);
  });
}

Result<ProjectTree> DiskProjectStore::publish(TreeWriter& writer, TopFolder top) {
  GB_TRY(ProjectTree tree, writer.finish(top));
  std::lock_guard lock(publishing_);
  GB_TRY_VOID(write_index(tree));
  // At most twice: a tree that another process publishes meanwhile is equally good.
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (::renameat2(folders_.incoming->fd(), writer.folder_name().c_str(), folders_.trees.get(),
                    tree.sha256.c_str(), RENAME_NOREPLACE) == 0) {
      writer.keep();
      return tree;
    }
    if (errno != EEXIST) return Error::from_errno("rename", tree.sha256, errno);
    if (is_sound(tree)) return tree;
    GB_TRY_VOID(retire(tree.sha256));
  }
  return internal_error("a project tree reappears while it is being replaced: " + tree.sha256);
}

Result<void> DiskProjectStore::write_index(const ProjectTree& tree) {
  int incoming = folders_.incoming->fd();
  std::string name = random_id("index_");
  std::string text = serialize_tree(tree);
  GB_TRY(UniqueFd fd, os::openat(incoming, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644));
  auto written = os::write_fd(fd.get(), text, name);
  if (written.has_value()) {
    written = os::check(
        ::renameat(incoming, name.c_str(), folders_.index.get(), index_name(tree.sha256).c_str()),
        "rename", name);
  }
  if (written.has_error()) ::unlinkat(incoming, name.c_str(), 0);
  return written;
}

bool DiskProjectStore::is_sound(const ProjectTree& tree) const {
  auto root = open_folder_below(folders_.trees.get(), tree.sha256);
  if (root.has_error()) return false;
  for (const ProjectFile& file : tree.files) {
    struct stat status;
    if (::fstatat(root.value().get(), file.path.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(status.st_mode) || status.st_size != file.size_bytes ||
        (status.st_mode & 07777) != (file.executable ? 0755u : 0644u)) {
      return false;
    }
  }
  for (const ProjectLink& link : tree.links) {
    // One byte more than the target, so that a longer one is detected.
    std::string target(link.target.size() + 1, '\0');
    ssize_t size =
        ::readlinkat(root.value().get(), link.path.c_str(), target.data(), target.size());
    if (size < 0 || target.substr(0, static_cast<std::size_t>(size)) != link.target) return false;
  }
  return true;
}

Result<ProjectTree> DiskProjectStore::tree(std::string_view sha256) const {
  if (!is_sha256(sha256)) return no_such_tree();
  struct stat status;
  if (::fstatat(folders_.trees.get(), std::string(sha256).c_str(), &status, AT_SYMLINK_NOFOLLOW)) {
    return no_such_tree();
  }
  std::string path = (folders_.root / "index" / index_name(sha256)).string();
  std::size_t bound = index_bound(limits_);
  GB_TRY(std::string text, os::read_file(path, bound));
  GB_TRY(ProjectTree tree, parse_tree(text));
  if (tree.sha256 != sha256)
    return internal_error("the index of a stored project belongs to another project");
  return tree;
}

Result<ByteCount> DiskProjectStore::allocated(std::string_view sha256) const {
  if (!is_sha256(sha256)) return no_such_tree();
  GB_TRY(ByteCount tree, allocated_below(folders_.root / "trees" / sha256));
  GB_TRY(ByteCount index, allocated_below(folders_.root / "index" / index_name(sha256)));
  return ByteCount(tree.bytes() + index.bytes());
}

Result<std::vector<std::string>> DiskProjectStore::trees() const {
  std::error_code failed;
  std::vector<std::string> hashes;
  std::filesystem::directory_iterator entry(folders_.root / "trees", failed);
  for (; !failed && entry != std::filesystem::directory_iterator(); entry.increment(failed)) {
    std::string name = entry->path().filename();
    if (is_sha256(name)) hashes.push_back(std::move(name));
  }
  if (failed) return Error::from_errno("readdir", "trees", failed.value());
  return hashes;
}

Result<UniqueFd> DiskProjectStore::open_file(std::string_view sha256, std::string_view text) const {
  auto path = RelativePath::parse(text);
  if (!is_sha256(sha256) || path.has_error()) return not_found("file not found");
  std::string folder(sha256);
  if (!path.value().parent().empty()) folder.append("/").append(path.value().parent());
  auto parent = open_folder_below(folders_.trees.get(), folder);
  if (parent.has_error()) return not_found("file not found");
  auto file = os::openat(parent.value().get(), std::string(path.value().name()),
                         O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  struct stat status;
  if (file.has_error() || ::fstat(file.value().get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return not_found("file not found");
  }
  return file;
}

// Hides the tree with one rename; the slow removal follows.
Result<void> DiskProjectStore::retire(const std::string& sha256) {
  int incoming = folders_.incoming->fd();
  std::string name = random_id("old_");
  if (::renameat(folders_.trees.get(), sha256.c_str(), incoming, name.c_str()) != 0) {
    return errno == ENOENT ? ok() : Error::from_errno("rename", sha256, errno);
  }
  return remove_below(incoming, name);
}

Result<void> DiskProjectStore::remove(std::string_view sha256) {
  if (!is_sha256(sha256)) return ok();
  std::string name(sha256);
  std::lock_guard lock(publishing_);
  GB_TRY_VOID(retire(name));
  std::string index = index_name(sha256);
  if (::unlinkat(folders_.index.get(), index.c_str(), 0) != 0 && errno != ENOENT) {
    return Error::from_errno("unlink", index, errno);
  }
  return ok();
}

Result<std::unique_ptr<ProjectStore>> ProjectStore::open(const std::filesystem::path& root,
                                                         const ArchiveLimits& limits) {
  std::error_code failed;
  std::filesystem::path absolute = std::filesystem::absolute(root, failed);
  std::filesystem::create_directories(absolute, failed);
  if (failed) return Error::from_errno("mkdir", root.string(), failed.value());
  DiskProjectStore::Folders folders;
  folders.root = absolute;
  GB_TRY(folders.root_fd, os::open(absolute.string(), O_RDONLY | O_DIRECTORY));
  // Slots run with other user ids and must be able to reach the trees; nobody else needs the rest.
  GB_TRY_VOID(os::ensure_dir((absolute / "trees").string(), 0755));
  GB_TRY_VOID(os::ensure_dir((absolute / "index").string(), 0700));
  GB_TRY_VOID(os::ensure_dir((absolute / "incoming").string(), 0700));
  GB_TRY(folders.trees, open_folder_below(folders.root_fd.get(), "trees"));
  GB_TRY(folders.index, open_folder_below(folders.root_fd.get(), "index"));
  GB_TRY(folders.incoming, Incoming::open(folders.root_fd.get()));
  return std::unique_ptr<ProjectStore>(new DiskProjectStore(std::move(folders), limits));
}

}  // namespace glovebox
