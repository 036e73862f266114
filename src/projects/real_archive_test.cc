// Archives of common programs must be accepted. If a program is not installed, the test is skipped,
// and ./test counts it.
#include "projects/real_archive_fixture.h"

namespace glovebox {
namespace {

class RealArchiveTest : public RealArchiveFixture {};

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

TEST_F(RealArchiveTest, TarBz2) {
  expect_taken("bzip2", "tar -cf - project | bzip2 > OUT");
  expect_taken("bzip2",
               "tar -cf whole project && split -n 2 whole part. && "
               "(bzip2 -c part.aa; bzip2 -c part.ab) > OUT");
}

TEST_F(RealArchiveTest, Jar) {
  // It stores no modes: run.sh is not executable afterwards.
  std::filesystem::permissions(folder_.path() / "project/run.sh", std::filesystem::perms(0644));
  expect_taken("jar", "jar cMf OUT -C project .");
}

TEST_F(RealArchiveTest, InfoZipWithBzip2) {
  expect_taken("zip", "zip -qr -Z bzip2 OUT.zip project && mv OUT.zip OUT");
}

TEST_F(RealArchiveTest, PythonZipfileWithBzip2) {
  expect_taken("python3",
               "cd project && python3 -c \"import zipfile, pathlib\n"
               "with zipfile.ZipFile('../OUT', 'w', 12) as z:\n"
               "  for p in pathlib.Path('.').rglob('*'): z.write(p)\n\"");
}

TEST_F(RealArchiveTest, GnuTarConcatenated) {
  expect_taken("tar",
               "tar -cf OUT project/src && tar -cf rest --exclude=src project && tar -Af OUT rest");
  expect_taken("tar",
               "tar -cf one project/src && tar -cf two --exclude=src project && cat one two > OUT");
  expect_taken("tar",
               "tar -czf one project/src && tar -czf two --exclude=src project && "
               "cat one two > OUT");
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
