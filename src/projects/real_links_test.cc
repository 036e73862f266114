// Links, sparse files and unusual names as real programs pack them: the table "Archives" in
// docs/http-api.md, with the programs that are installed.
#include "projects/real_archive_fixture.h"

namespace glovebox {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class RealLinksTest : public RealArchiveFixture {
 protected:
  void SetUp() override {
    RealArchiveFixture::SetUp();
    fs::path project = folder_.path() / "project";
    fs::create_symlink("src/main.c", project / "link.c");
    fs::create_directory_symlink("../src", project / "src" / "again");
    fs::create_symlink("nowhere", project / "dangling");
    fs::create_symlink(std::string(150, 'd') + "/x", project / "long");
  }
  void make_leaving_links() {
    fs::path project = folder_.path() / "project";
    fs::create_symlink("/etc/passwd", project / "absolute");
    fs::create_symlink("../../outside", project / "src" / "out");
  }
  void expect_left_out() {
    EXPECT_THAT(tree_.notes.warnings, SizeIs(2));
    for (const char* name : {"absolute", "src/out"}) {
      EXPECT_FALSE(fs::exists(fs::symlink_status(store_->trees_dir() / tree_.sha256 / name)));
    }
  }
};

TEST_F(RealLinksTest, EachProgramsLinksAreKept) {
  expect_same_project("zip", "zip -qry OUT.zip project && mv OUT.zip OUT");
  expect_same_project("zip", "cd project && zip -qry - . > ../OUT");
  expect_same_project("tar", "tar -C project -czf OUT .");
  for (const char* format : {"gnu", "oldgnu", "pax"}) {
    expect_same_project("tar", std::string("tar --format=") + format + " -cf OUT project");
  }
  for (const char* format : {"gnutar", "pax", "zip"}) {
    expect_same_project("bsdtar", std::string("bsdtar --format ") + format + " -cf OUT project");
  }
  expect_same_project("python3",
                      "python3 -c \"import tarfile\nwith tarfile.open('OUT', 'w:gz') as "
                      "t: t.add('project')\"");
  EXPECT_THAT(tree_.links, SizeIs(4));
  EXPECT_THAT(tree_.notes.warnings, IsEmpty());
}

TEST_F(RealLinksTest, GitArchiveOfARepositoryWithLinks) {
  std::string commit =
      "rm -rf repo && cp -a project repo && cd repo && git init -q && git add -A && "
      "git -c user.name=a -c user.email=a@b.c commit -qm x && git archive --prefix=repo-main/ "
      "--format=";
  expect_same_project("git", commit + "zip -o ../OUT HEAD");
  EXPECT_EQ(tree_.notes.root, "repo-main");
  expect_same_project("git", commit + "tar -o ../OUT HEAD");
  EXPECT_EQ(tree_.notes.root, "repo-main");
}

TEST_F(RealLinksTest, T49LinksThatLeadOutsideAreLeftOut) {
  make_leaving_links();
  expect_same_project("zip", "zip -qry OUT.zip project && mv OUT.zip OUT");
  expect_left_out();
  expect_same_project("tar", "tar -cf OUT project");
  expect_left_out();
  expect_same_project("bsdtar", "bsdtar --format zip -cf OUT project");
  expect_left_out();
}

TEST_F(RealLinksTest, HardLinksAreCopies) {
  fs::create_hard_link(folder_.path() / "project/run.sh", folder_.path() / "project/z.sh");
  for (const char* format : {"gnu", "pax", "ustar"}) {
    if (std::string_view(format) == "ustar") fs::remove(folder_.path() / "project/long");
    expect_same_project("tar", std::string("tar --format=") + format + " -cf OUT project");
  }
  expect_same_project("bsdtar", "bsdtar -cf OUT project");
}

TEST_F(RealLinksTest, SparseFilesInEachForm) {
  fs::path file = folder_.path() / "project" / "sparse";
  write(file, std::string(5000, 'a'));
  fs::resize_file(file, 600'000);
  std::ofstream(file, std::ios::app | std::ios::binary) << "tail";
  for (const char* form : {"gnu", "oldgnu", "posix --sparse-version=0.0",
                           "posix --sparse-version=0.1", "posix --sparse-version=1.0"}) {
    expect_same_project("tar", std::string("tar -S --format=") + form + " -cf OUT project");
  }
  expect_same_project("bsdtar", "bsdtar --format pax -cf OUT project");
  expect_same_project("bsdtar", "bsdtar --format gnutar -cf OUT project");
}

TEST_F(RealLinksTest, SpecialFilesAndBitsAreLeftOut) {
  std::string make =
      "rm -rf odd && mkdir odd && echo 1 > odd/a && mkfifo odd/pipe && cp odd/a odd/suid && "
      "chmod 4755 odd/suid && ";
  for (const char* pack : {"tar -cf OUT odd", "bsdtar -cf OUT odd"}) {
    top_ = TopFolder::kTakenOff;
    ASSERT_TRUE(add_made_by("bsdtar", make + pack));
    EXPECT_THAT(paths_of(tree_), ElementsAre("a", "suid"));
    EXPECT_THAT(warnings_of(tree_),
                testing::UnorderedElementsAre(HasSubstr("pipe: is a named pipe"),
                                              HasSubstr("suid: has a setuid")));
  }
}

TEST_F(RealLinksTest, NamesOfATarInLatin1) {
  top_ = TopFolder::kTakenOff;
  std::string make = "rm -rf odd && mkdir odd && echo 1 > \"$(printf 'odd/caf\\351')\" && ";
  for (const char* pack : {"tar -cf OUT odd", "tar --format=posix -cf OUT odd"}) {
    ASSERT_TRUE(add_made_by("tar", make + pack));
    EXPECT_THAT(paths_of(tree_), ElementsAre("caf%E9"));
    EXPECT_THAT(tree_.notes.warnings, SizeIs(1));
  }
}

TEST_F(RealLinksTest, CasePairs) {
  top_ = TopFolder::kTakenOff;
  std::string make = "rm -rf odd && mkdir odd && echo 1 > odd/README && echo 2 > odd/readme && ";
  for (const char* pack : {"tar -cf OUT odd", "zip -qr - odd > OUT"}) {
    ASSERT_TRUE(add_made_by("zip", make + pack));
    EXPECT_THAT(paths_of(tree_), ElementsAre("README", "readme"));
  }
}

}  // namespace
}  // namespace glovebox
