// What the programs that people use write must be taken, whatever they use. A program that is not
// installed is a skip, which ./test counts.
#include <cstdlib>

#include "projects/store_fixture.h"

namespace glovebox {
namespace {

class RealArchiveTest : public StoreFixture {
 protected:
  RealArchiveTest() : StoreFixture(Where::kDisk) {}

  void SetUp() override {
    std::filesystem::path project = folder_.path() / "project";
    std::filesystem::create_directories(project / "src" / "deep");
    write(project / "README.md", "# A project\n");
    write(project / "src" / "main.c", "int main(void) { return 0; }\n");
    write(project / "src" / "caf\u00e9.txt", "bon\n");
    write(project / "src" / "deep" / "big.txt", std::string(400'000, 'x') + "y");
    write(project / "src" / "empty", "");
    write(project / "run.sh", "#!/bin/sh\n");
    std::filesystem::permissions(project / "run.sh", std::filesystem::perms(0755));
    std::string folder(90, 'n');
    std::filesystem::create_directories(project / folder);
    write(project / folder / std::string(90, 'm'), "a long name\n");
  }

  static void write(const std::filesystem::path& path, std::string_view content) {
    std::ofstream(path, std::ios::binary) << content;
  }

  // Runs a shell line in the folder above the project, which must leave OUT, and adds that.
  // False where the program is missing.
  bool add_made_by(const std::string& program, const std::string& line) {
    if (std::system(("command -v " + program + " > /dev/null").c_str()) != 0) return false;
    std::string command =
        "cd '" + folder_.path().string() + "' && rm -f OUT && export LC_ALL=C.UTF-8 && " + line;
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    std::ifstream in(folder_.path() / "OUT", std::ios::binary);
    tree_ = accepted(std::string(std::istreambuf_iterator<char>(in), {}));
    return true;
  }

  // All of them say the same, so all of them give the tree that copying gives.
  void expect_the_project() {
    auto copy = store_->add_directory(folder_.path() / "project");
    ASSERT_TRUE(copy) << copy.error().message();
    std::vector<std::string> paths = paths_of(copy.value());
    bool inside = tree_.files.empty() || !tree_.files[0].path.starts_with("project/");
    ASSERT_EQ(tree_.files.size(), paths.size());
    for (std::size_t i = 0; i < paths.size(); ++i) {
      ProjectFile file = tree_.files[i];
      if (!inside) file.path.erase(0, std::string_view("project/").size());
      EXPECT_EQ(file, copy.value().files[i]);
      EXPECT_TRUE(stored_content(tree_, tree_.files[i].path) ==
                  stored_content(copy.value(), paths[i]));
    }
    if (inside) {
      EXPECT_EQ(tree_.sha256, copy.value().sha256);
    }
  }

  void expect_taken(const std::string& program, const std::string& line) {
    if (!add_made_by(program, line)) GTEST_SKIP() << program << " is not installed";
    expect_the_project();
  }

  ProjectTree tree_;
};

TEST_F(RealArchiveTest, InfoZip) {
  expect_taken("zip", "zip -qr OUT.zip project && mv OUT.zip OUT");
}

TEST_F(RealArchiveTest, InfoZipFromInside) {
  expect_taken("zip", "cd project && zip -qr - . > ../OUT");
}

TEST_F(RealArchiveTest, InfoZipIntoAPipe) {
  expect_taken("zip", "zip -qr - project | cat > OUT");
}

TEST_F(RealArchiveTest, InfoZipStored) {
  expect_taken("zip", "zip -q0r OUT.zip project && mv OUT.zip OUT");
}

TEST_F(RealArchiveTest, InfoZipWithZip64Forced) {
  expect_taken("zip", "zip -qr -fz OUT.zip project && mv OUT.zip OUT");
}

TEST_F(RealArchiveTest, InfoZipAfterDeletingAndUpdating) {
  expect_taken("zip",
               "touch gone && zip -q OUT.zip gone && zip -qr OUT.zip project && "
               "zip -qd OUT.zip gone && mv OUT.zip OUT");
}

TEST_F(RealArchiveTest, PythonZipfile) {
  expect_taken("python3",
               "python3 -c \"import shutil; shutil.make_archive('OUT', 'zip', '.', "
               "'project')\" && mv OUT.zip OUT");
}

TEST_F(RealArchiveTest, PythonZipfileIntoAPipe) {
  expect_taken("python3",
               "cd project && python3 -c \"import sys, zipfile, pathlib\n"
               "with zipfile.ZipFile(sys.stdout.buffer, 'w', 8) as z:\n"
               "  for p in pathlib.Path('.').rglob('*'): z.write(p)\n\" | cat > ../OUT");
}

TEST_F(RealArchiveTest, PythonZipfileWithZip64Forced) {
  expect_taken("python3",
               "cd project && python3 -c \"import sys, zipfile, pathlib\n"
               "with zipfile.ZipFile('../OUT', 'w', 8) as z:\n"
               "  for p in pathlib.Path('.').rglob('*'):\n"
               "    if p.is_dir(): continue\n"
               "    i = zipfile.ZipInfo.from_file(p)\n"
               "    with z.open(i, 'w', force_zip64=True) as f:\n"
               "      f.write(p.read_bytes())\n\"");
}

TEST_F(RealArchiveTest, BsdtarZip) {
  expect_taken("bsdtar", "bsdtar --format zip -cf OUT project");
}

TEST_F(RealArchiveTest, BsdtarZipFromInside) {
  expect_taken("bsdtar", "cd project && bsdtar --format zip -cf ../OUT .");
}

TEST_F(RealArchiveTest, GitArchiveZipAndTar) {
  std::string commit =
      "rm -rf repo && cp -r project repo && cd repo && git init -q && git add -A && "
      "git -c user.name=a -c user.email=a@b.c commit -qm x && git archive --format=";
  expect_taken("git", commit + "zip -o ../OUT HEAD");
  expect_taken("git", commit + "tar -o ../OUT HEAD");
}

TEST_F(RealArchiveTest, GnuTar) {
  expect_taken("tar", "tar -cf OUT project");
}

TEST_F(RealArchiveTest, GnuTarFromInside) {
  expect_taken("tar", "tar -C project -czf OUT .");
}

TEST_F(RealArchiveTest, GnuTarInEachOfItsFormats) {
  for (const char* format : {"gnu", "oldgnu", "pax", "posix", "ustar"}) {
    expect_taken("tar", std::string("tar --format=") + format + " -cf OUT project");
  }
}

TEST_F(RealArchiveTest, GnuTarInTheOldForm) {
  expect_taken("tar", "rm -rf project/nnnn* && tar --format=v7 -cf OUT project");
}

TEST_F(RealArchiveTest, GnuTarWithNamesOfEveryLength) {
  std::string name(240, 'k');
  write(folder_.path() / "project" / name, "x");
  for (const char* format : {"gnu", "pax"}) {
    expect_taken("tar", std::string("tar --format=") + format + " -czf OUT project");
  }
}

TEST_F(RealArchiveTest, TarGzXzAndZst) {
  expect_taken("gzip", "tar -cf - project | gzip > OUT");
  expect_taken("xz", "tar -cf - project | xz -9 > OUT");
  expect_taken("zstd", "tar -cf - project | zstd -q -19 > OUT");
}

TEST_F(RealArchiveTest, TarPackedInSeveralPieces) {
  const std::string halves = "tar -cf whole project && split -n 2 whole part. && ";
  expect_taken("gzip", halves + "(gzip -c part.aa; gzip -c part.ab) > OUT");
  expect_taken("xz", halves + "(xz -c part.aa; xz -c part.ab) > OUT");
  expect_taken("zstd", halves + "(zstd -qc part.aa; zstd -qc part.ab) > OUT");
}

TEST_F(RealArchiveTest, BsdtarInEachOfItsFormats) {
  for (const char* format : {"gnutar", "pax", "paxr", "ustar"}) {
    expect_taken("bsdtar", std::string("bsdtar --format ") + format + " -cf OUT project");
  }
}

TEST_F(RealArchiveTest, PythonTarfile) {
  for (const char* format : {"USTAR_FORMAT", "GNU_FORMAT", "PAX_FORMAT"}) {
    expect_taken("python3", std::string("python3 -c \"import tarfile\nwith tarfile.open('OUT', "
                                        "'w:gz', format=tarfile.") +
                                format + ") as t: t.add('project')\"");
  }
}

}  // namespace
}  // namespace glovebox
