// A store in a temporary folder, for tests.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/random.h"
#include "projects/project_store.h"

namespace glovebox {

// Tests create and remove many trees; memory is faster than the disk.
enum class Where { kDisk, kMemory };

class TempFolder {
 public:
  explicit TempFolder(Where where) : path_(base(where) / random_id("glovebox_test_")) {
    std::filesystem::create_directories(path_);
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  static std::filesystem::path base(Where where) {
    std::error_code ignored;
    std::filesystem::path memory = "/dev/shm";
    bool in_memory = where == Where::kMemory && std::filesystem::is_directory(memory, ignored);
    return in_memory ? memory : std::filesystem::temp_directory_path();
  }
  std::filesystem::path path_;
};

inline UniqueFd file_of(std::string_view bytes) {
  UniqueFd fd(::memfd_create("archive", MFD_CLOEXEC));
  EXPECT_EQ(::write(fd.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  return fd;
}

inline std::string content_of(int fd) {
  std::string out(1 << 20, '\0');
  ssize_t n = ::pread(fd, out.data(), out.size(), 0);
  out.resize(n < 0 ? 0 : static_cast<std::size_t>(n));
  return out;
}

// "PATH: MESSAGE" of each warning.
inline std::vector<std::string> warnings_of(const ProjectTree& tree) {
  std::vector<std::string> texts;
  for (const ProjectWarning& warning : tree.notes.warnings) {
    texts.push_back(warning.path + ": " + warning.message);
  }
  return texts;
}

inline std::vector<std::string> paths_of(const ProjectTree& tree) {
  std::vector<std::string> paths;
  for (const ProjectFile& file : tree.files) paths.push_back(file.path);
  return paths;
}

class StoreFixture : public testing::Test {
 protected:
  explicit StoreFixture(Where where = Where::kMemory) : folder_(where) {}

  void open(const ArchiveLimits& limits = {}) {
    store_.reset();
    auto store = ProjectStore::open(root(), limits);
    ASSERT_TRUE(store) << store.error().message();
    store_ = std::move(store).value();
  }
  std::filesystem::path root() const { return folder_.path() / "store"; }

  // Keeps the layout, so that a test's paths are those of its archive; `options` can change that.
  Result<ProjectTree> add(std::string_view bytes,
                          const ArchiveOptions& options = {.top = TopFolder::kKept}) {
    if (store_ == nullptr) open();
    UniqueFd fd = file_of(bytes);
    return store_->add_archive(fd.get(), options);
  }
  // Like an upload without options.
  ProjectTree uploaded(std::string_view bytes) {
    auto tree = add(bytes, {});
    EXPECT_TRUE(tree) << tree.error().message();
    return tree ? tree.value() : ProjectTree{};
  }

  // Expects a refusal of this kind that leaves nothing behind, and returns it.
  Error refusal(std::string_view bytes, ErrorKind kind = ErrorKind::kUnprocessable) {
    auto tree = add(bytes);
    EXPECT_FALSE(tree) << "was accepted";
    if (tree) return {};
    EXPECT_EQ(tree.error().kind(), kind) << tree.error().message();
    EXPECT_EQ(files_below(root()), 0) << tree.error().message();
    return tree.error();
  }
  std::string refused(std::string_view bytes) { return refusal(bytes).message(); }

  ProjectTree accepted(std::string_view bytes) {
    auto tree = add(bytes);
    EXPECT_TRUE(tree) << tree.error().message();
    return tree ? tree.value() : ProjectTree{};
  }

  std::string stored_content(const ProjectTree& tree, std::string_view path) {
    auto fd = store_->open_file(tree.sha256, path);
    EXPECT_TRUE(fd) << path;
    return fd ? content_of(fd.value().get()) : "";
  }

  // Counts files, and folders below trees/ and below the store's folder in incoming/.
  static int files_below(const std::filesystem::path& root) {
    int count = 0;
    for (std::filesystem::recursive_directory_iterator it(root), end; it != end; ++it) {
      bool frame = it->is_directory() &&
                   (it.depth() == 0 ||
                    (it.depth() == 1 && it->path().parent_path().filename() == "incoming"));
      if (!frame) ++count;
    }
    return count;
  }

  TempFolder folder_;
  std::unique_ptr<ProjectStore> store_;
};

}  // namespace glovebox
