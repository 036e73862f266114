#include "projects/project_store.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <thread>

#include "projects/archive_forge.h"
#include "projects/store_fixture.h"

namespace glovebox {
namespace {

namespace fs = std::filesystem;
using forge::stored;
using forge::tar_end;
using forge::tar_file;
using forge::zip;
using testing::ElementsAre;
using testing::HasSubstr;

class ProjectStoreTest : public StoreFixture {
 protected:
  ProjectStoreTest() : StoreFixture(Where::kDisk) {}

  fs::path make_directory() {
    fs::path directory = folder_.path() / "mine";
    fs::create_directories(directory / "src");
    std::ofstream(directory / "src" / "a.c") << "int a;\n";
    std::ofstream(directory / ".hidden") << "x";
    return directory;
  }
  std::string copy_refusal(const fs::path& directory) {
    if (store_ == nullptr) open();
    auto tree = store_->add_directory(directory);
    EXPECT_FALSE(tree);
    EXPECT_EQ(files_below(root()), 0);
    return tree ? "" : tree.error().message();
  }
};

TEST_F(ProjectStoreTest, ReturnsWhatItStored) {
  ProjectTree tree = accepted(zip({stored("b", "22", 0100755), stored("a/x", "1")}));
  EXPECT_THAT(tree.files, ElementsAre(ProjectFile{"a/x", 1, false}, ProjectFile{"b", 2, true}));
  EXPECT_EQ(tree.total_bytes, 3);
  auto found = store_->tree(tree.sha256);
  ASSERT_TRUE(found);
  EXPECT_EQ(found.value().files, tree.files);
  EXPECT_EQ(found.value().total_bytes, tree.total_bytes);
  EXPECT_TRUE(fs::exists(store_->trees_dir() / tree.sha256 / "a" / "x"));
}

// tree_hash.h documents the form, because trees outlive versions of this program.
TEST_F(ProjectStoreTest, HashesACanonicalListing) {
  EXPECT_EQ(
      accepted(zip({forge::folder("e/"), stored("b", "", 0100755), stored("a", "abc")})).sha256,
      "52b13959cc347759ca72fb07b244766da779f5d5444d009df6c618d06dbd520f");
}

TEST_F(ProjectStoreTest, StoresTheSameFilesOnce) {
  ProjectTree one = accepted(zip({stored("a", "1"), forge::folder("d/"), stored("d/b", "2")}));
  ProjectTree other = accepted(tar_file("d/b", "2") + tar_file("a", "1") + tar_end());
  EXPECT_EQ(one.sha256, other.sha256);
  EXPECT_EQ(files_below(root()), 5);  // the tree's folder, a, d, d/b and the index
}

TEST_F(ProjectStoreTest, DistinguishesDifferentTrees) {
  std::set<std::string> hashes;
  for (const std::string& archive :
       {zip({stored("a", "1")}), zip({stored("a", "2")}), zip({stored("b", "1")}),
        zip({stored("a", "1", 0100755)}), zip({stored("a/b", "1")}),
        zip({stored("a", "1"), forge::folder("d/")})}) {
    hashes.insert(accepted(archive).sha256);
  }
  EXPECT_EQ(hashes.size(), 6u);
}

TEST_F(ProjectStoreTest, ReplacesADamagedTree) {
  std::string archive = zip({stored("a", "12345")});
  ProjectTree tree = accepted(archive);
  fs::resize_file(store_->trees_dir() / tree.sha256 / "a", 0);
  EXPECT_EQ(accepted(archive).sha256, tree.sha256);
  EXPECT_EQ(stored_content(tree, "a"), "12345");
}

TEST_F(ProjectStoreTest, IgnoresTheUmask) {
  mode_t old = ::umask(0077);
  ProjectTree tree = accepted(zip({stored("d/a", "1")}));
  ::umask(old);
  auto mode = [&](const char* path) {
    return static_cast<unsigned>(
        fs::status(store_->trees_dir() / tree.sha256 / path).permissions());
  };
  EXPECT_EQ(mode(""), 0755u);
  EXPECT_EQ(mode("d"), 0755u);
  EXPECT_EQ(mode("d/a"), 0644u);
}

TEST_F(ProjectStoreTest, OpensOnlyRegularFilesOfATree) {
  ProjectTree tree = accepted(zip({stored("d/a", "1")}));
  fs::create_symlink("a", store_->trees_dir() / tree.sha256 / "d" / "link");
  fs::create_symlink("d", store_->trees_dir() / tree.sha256 / "e");
  EXPECT_EQ(stored_content(tree, "d/a"), "1");
  for (const char* path : {"d", "", "nothing", "d/link", "e/a", "../index", "/etc/passwd", "d/a/b",
                           "d/../d/a", "d//a", "d/./a"}) {
    auto file = store_->open_file(tree.sha256, path);
    ASSERT_FALSE(file) << path;
    EXPECT_EQ(file.error().kind(), ErrorKind::kNotFound) << path;
  }
  EXPECT_FALSE(store_->open_file("..", "trees"));
  EXPECT_FALSE(store_->open_file(std::string(64, '0'), "d/a"));
}

TEST_F(ProjectStoreTest, FindsATreeOnlyByItsHash) {
  open();
  for (std::string name : {std::string("../index"), std::string(64, '0'), std::string(64, 'A'),
                           std::string(), std::string("..")}) {
    auto tree = store_->tree(name);
    ASSERT_FALSE(tree);
    EXPECT_EQ(tree.error().kind(), ErrorKind::kNotFound);
  }
}

TEST_F(ProjectStoreTest, RemovesATree) {
  ProjectTree tree = accepted(zip({stored("d/a", "1")}));
  EXPECT_TRUE(store_->remove(tree.sha256));
  EXPECT_EQ(files_below(root()), 0);
  EXPECT_FALSE(store_->tree(tree.sha256));
  EXPECT_TRUE(store_->remove(tree.sha256));
  EXPECT_TRUE(store_->remove("../../etc"));
}

TEST_F(ProjectStoreTest, KeepsTreesOverARestart) {
  ProjectTree tree = accepted(zip({stored("a", "1")}));
  open();
  EXPECT_TRUE(store_->tree(tree.sha256));
}

TEST_F(ProjectStoreTest, RemovesFilesOfADeadProcess) {
  fs::create_directories(root() / "incoming" / "store_dead" / "tree_x" / "deep" / "er");
  std::ofstream(root() / "incoming" / "store_dead" / "tree_x" / "file") << "x";
  open();
  EXPECT_FALSE(fs::exists(root() / "incoming" / "store_dead"));
}

TEST_F(ProjectStoreTest, KeepsFilesOfALiveStore) {
  open();
  auto second = ProjectStore::open(root(), {});
  ASSERT_TRUE(second);
  EXPECT_EQ(accepted(zip({stored("a", "1")})).files.size(), 1u);
  UniqueFd fd = file_of(zip({stored("b", "1")}));
  EXPECT_TRUE(second.value()->add_archive(fd.get()));
}

TEST_F(ProjectStoreTest, ListsTreesAndTheirSizes) {
  open();
  EXPECT_TRUE(store_->trees().value().empty());
  ProjectTree tree = accepted(zip({stored("a", std::string(10'000, 'x'))}));
  EXPECT_EQ(store_->trees().value(), std::vector<std::string>{tree.sha256});
  EXPECT_GE(store_->allocated(tree.sha256).value().bytes(), 10'000u);
  EXPECT_FALSE(store_->remove(tree.sha256).has_error());
  EXPECT_EQ(store_->allocated(tree.sha256).value(), ByteCount());
  EXPECT_EQ(store_->allocated("../..").error().kind(), ErrorKind::kNotFound);
  EXPECT_TRUE(store_->trees().value().empty());
}

TEST_F(ProjectStoreTest, UploadsHaveNoNameAndCanBeReadBack) {
  open();
  auto upload = store_->create_upload();
  ASSERT_TRUE(upload) << upload.error().message();
  EXPECT_EQ(files_below(root()), 0);
  std::string archive = zip({stored("a", "1")});
  ASSERT_EQ(::write(upload.value().get(), archive.data(), archive.size()),
            static_cast<ssize_t>(archive.size()));
  EXPECT_TRUE(store_->add_archive(upload.value().get())) << "the position is at the end";
  struct stat status;
  ASSERT_EQ(::fstat(upload.value().get(), &status), 0);
  EXPECT_EQ(status.st_nlink, 0u);
}

TEST_F(ProjectStoreTest, ManyThreadsMayAddTheSameTree) {
  open();
  std::string archive = zip({stored("a", "1"), stored("d/b", "2")});
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      UniqueFd fd = file_of(archive);
      EXPECT_TRUE(store_->add_archive(fd.get()));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(files_below(root()), 5);
}

TEST_F(ProjectStoreTest, CopiesADirectory) {
  open();
  auto tree = store_->add_directory(make_directory());
  ASSERT_TRUE(tree) << tree.error().message();
  EXPECT_THAT(paths_of(tree.value()), ElementsAre(".hidden", "src/a.c"));
  EXPECT_EQ(tree.value().sha256,
            accepted(zip({stored("src/a.c", "int a;\n"), stored(".hidden", "x")})).sha256);
}

TEST_F(ProjectStoreTest, LeavesItselfOutOfADirectoryAroundIt) {
  open();
  std::ofstream(folder_.path() / "a.c") << "int a;\n";
  auto tree = store_->add_directory(folder_.path());
  ASSERT_TRUE(tree) << tree.error().message();
  EXPECT_THAT(paths_of(tree.value()), ElementsAre("a.c"));
}

TEST_F(ProjectStoreTest, T49KeepsLinksOfADirectoryThatStayInsideAndNoOthers) {
  open();
  fs::path directory = make_directory();
  fs::create_symlink("/etc/passwd", directory / "src" / "absolute");
  fs::create_directory_symlink("../../..", directory / "src" / "out");
  fs::create_symlink("../.hidden", directory / "src" / "in");
  fs::create_directory_symlink("src", directory / "source");
  auto tree = store_->add_directory(directory);
  ASSERT_TRUE(tree) << tree.error().message();
  EXPECT_THAT(paths_of(*tree), ElementsAre(".hidden", "src/a.c"));
  EXPECT_THAT(tree->links,
              ElementsAre(ProjectLink{"source", "src"}, ProjectLink{"src/in", "../.hidden"}));
  EXPECT_THAT(warnings_of(*tree), ElementsAre(HasSubstr("src/absolute: is a symbolic link to"),
                                              HasSubstr("src/out: is a symbolic link to")));
}

TEST_F(ProjectStoreTest, T50LeavesOutSpecialFilesOfADirectory) {
  open();
  fs::path directory = make_directory();
  ASSERT_EQ(::mkfifo((directory / "pipe").c_str(), 0644), 0);
  auto tree = store_->add_directory(directory);
  ASSERT_TRUE(tree) << tree.error().message();
  EXPECT_THAT(warnings_of(*tree), ElementsAre("pipe: is a named pipe and is left out"));
}

TEST_F(ProjectStoreTest, ReplacesATreeWithDamagedLinks) {
  std::string archive = zip({stored("a", "1"), stored("l", "a", 0120777)});
  ProjectTree tree = accepted(archive);
  fs::path link = store_->trees_dir() / tree.sha256 / "l";
  fs::remove(link);
  fs::create_symlink("/etc/passwd", link);
  EXPECT_EQ(accepted(archive).sha256, tree.sha256);
  EXPECT_EQ(fs::read_symlink(link), "a");
}

TEST_F(ProjectStoreTest, AppliesTheSameLimitsToADirectory) {
  open({.file = ByteCount(6)});
  EXPECT_THAT(copy_refusal(make_directory()), HasSubstr("'src/a.c' is larger than 6 bytes"));
  open({.entries = 2});
  EXPECT_THAT(copy_refusal(make_directory()), HasSubstr("more than 2 files"));
  open({.unpacked = ByteCount(7)});
  EXPECT_THAT(copy_refusal(make_directory()), HasSubstr("more than 7 bytes"));
  open({.unpacked = ByteCount(8), .file = ByteCount(7), .entries = 3});
  EXPECT_TRUE(store_->add_directory(make_directory()));
}

TEST_F(ProjectStoreTest, RefusesAFileInsteadOfADirectory) {
  open();
  EXPECT_THAT(copy_refusal(folder_.path() / "absent"), HasSubstr("No such file"));
  fs::create_directory(folder_.path() / "empty");
  EXPECT_THAT(copy_refusal(folder_.path() / "empty"), HasSubstr("it contains no file"));
}

}  // namespace
}  // namespace glovebox
