// A hostile upload: whatever the bytes are, the store accepts them within its limits or refuses
// them as unprocessable, and a refusal leaves nothing behind. The limits are small, so that every
// one of them is reached.
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <numeric>

#include "base/random.h"
#include "projects/project_store.h"
#include "projects/relative_path.h"

namespace {

using namespace glovebox;
namespace fs = std::filesystem;

constexpr ArchiveLimits kLimits{.upload = ByteCount(64 << 10),
                                .unpacked = ByteCount(64 << 10),
                                .file = ByteCount(32 << 10),
                                .entries = 20,
                                .ratio = 100,
                                .time = std::chrono::seconds(5)};

void require(bool condition) {
  if (!condition) std::abort();
}

class Store {
 public:
  Store() {
    fs::path base = fs::is_directory("/dev/shm") ? "/dev/shm" : fs::temp_directory_path();
    root_ = base / random_id("archive_fuzz_");
    store_ = std::move(ProjectStore::open(root_, kLimits)).value();
  }
  ~Store() {
    store_.reset();
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  ProjectStore& operator*() { return *store_; }
  fs::path tree_path(const ProjectTree& tree) const { return root_ / "trees" / tree.sha256; }
  bool has_trees() const { return !fs::is_empty(root_ / "trees"); }
  // Nothing except the folder of the store.
  bool has_leftovers() const {
    for (const auto& own : fs::directory_iterator(root_ / "incoming")) {
      if (!fs::is_empty(own.path())) return true;
    }
    return false;
  }

 private:
  fs::path root_;
  std::unique_ptr<ProjectStore> store_;
};

// The kernel confirms that no link leads out; the store follows none.
void check_links(ProjectStore& store, const ProjectTree& tree, const fs::path& folder) {
  UniqueFd root(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  require(root.valid());
  for (const ProjectLink& link : tree.links) {
    require(RelativePath::parse(link.path).has_value());
    open_how how{.flags = O_PATH | O_CLOEXEC, .mode = 0, .resolve = RESOLVE_BENEATH};
    UniqueFd target(
        static_cast<int>(::syscall(SYS_openat2, root.get(), link.path.c_str(), &how, sizeof how)));
    require(target.valid() || errno != EXDEV);
    require(store.open_file(tree.sha256, link.path).has_error());
  }
}

void check_tree(ProjectStore& store, const ProjectTree& tree, const fs::path& folder) {
  check_links(store, tree, folder);
  require(tree.links.size() <= static_cast<std::size_t>(kLimits.entries));
  require(tree.notes.warnings.size() <= kMaxProjectWarnings);
  require(tree.total_bytes <= static_cast<std::int64_t>(kLimits.unpacked.bytes()));
  require(!tree.files.empty());
  require(tree.files.size() <= static_cast<std::size_t>(kLimits.entries));
  for (const ProjectFile& file : tree.files) {
    require(RelativePath::parse(file.path).has_value());
    require(store.open_file(tree.sha256, file.path).has_value());
  }
  require(store.tree(tree.sha256)->files == tree.files);
  require(store.tree(tree.sha256)->links == tree.links);
  require(store.remove(tree.sha256).has_value());
}

// A tar with a changed header is refused for its checksum before anything else is checked. So the
// checksum of every block with the magic number is corrected after each mutation.
void repair_tar_headers(std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kBlock = 512, kChecksum = 148, kMagic = 257;
  for (; size >= kBlock; data += kBlock, size -= kBlock) {
    if (std::memcmp(data + kMagic, "ustar", 5) != 0) continue;
    std::memset(data + kChecksum, ' ', 8);
    unsigned sum = std::accumulate(data, data + kBlock, 0u);
    std::snprintf(reinterpret_cast<char*>(data) + kChecksum, 8, "%06o", sum);
  }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned) {
  size = LLVMFuzzerMutate(data, size, max_size);
  repair_tar_headers(data, size);
  return size;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Store store;
  UniqueFd fd(::memfd_create("archive", MFD_CLOEXEC));
  require(::write(fd.get(), data, size) == static_cast<ssize_t>(size));
  Result<ProjectTree> tree = (*store).add_archive(fd.get());
  if (tree.has_value()) {
    check_tree(*store, *tree, store.tree_path(*tree));
  } else {
    require(tree.error().kind() == ErrorKind::kUnprocessable ||
            tree.error().kind() == ErrorKind::kPayloadTooLarge);
  }
  require(!store.has_trees() && !store.has_leftovers());
  return 0;
}
