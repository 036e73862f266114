// Threat 56: every format, cut at every byte and with every byte changed, is refused or still gives
// the same tree. It never crashes; under ASan and UBSan this is half of the fuzzing.
#include <cstdlib>

#include "projects/archive_forge.h"
#include "projects/store_fixture.h"

namespace glovebox {
namespace {

std::string sample_zip() {
  return forge::zip({forge::folder("d/"), forge::stored("d/a", "hello"),
                     forge::packed("d/b", std::string(300, 'b')),
                     forge::streamed("d/c", "streamed")});
}

std::string sample_tar() {
  return forge::pax(forge::pax_record("path", "d/long")) + forge::tar_file("x", "hello") +
         forge::gnu_long_name("d/longer") + forge::tar_file("y", "world") + forge::tar_end();
}

class TruncatedArchiveTest : public StoreFixture {
 protected:
  void expect_refused_at_every_cut(const std::string& archive) {
    accepted(archive);
    std::filesystem::remove_all(root());
    open();
    for (std::size_t size = 0; size < archive.size(); ++size) {
      EXPECT_FALSE(add(archive.substr(0, size))) << size << " of " << archive.size();
    }
    EXPECT_EQ(files_below(root()), 0);
  }

  // A changed byte may be a time or an owner, which are ignored, or part of another valid name.
  void expect_sane_at_every_change(const std::string& archive) {
    open();
    for (std::size_t i = 0; i < archive.size(); ++i) {
      for (char change : {'\x01', '\x80', '\xff'}) {
        std::string changed = archive;
        changed[i] = static_cast<char>(changed[i] ^ change);
        auto tree = add(changed);
        if (tree.has_error()) {
          EXPECT_EQ(tree.error().kind(), ErrorKind::kUnprocessable) << tree.error().message();
        } else {
          EXPECT_LE(tree.value().files.size(), 3u);
        }
      }
    }
  }

  // How a real program interprets a tar.
  std::string packed_by(const std::string& program) {
    std::string command = "cd '" + folder_.path().string() + "' && " + program + " < in > out";
    std::ofstream(folder_.path() / "in", std::ios::binary) << sample_tar();
    if (std::system(command.c_str()) != 0) return "";
    std::ifstream out(folder_.path() / "out", std::ios::binary);
    return {std::istreambuf_iterator<char>(out), {}};
  }
};

TEST_F(TruncatedArchiveTest, T56AZipIsRefusedAtEveryCut) {
  expect_refused_at_every_cut(sample_zip());
}

TEST_F(TruncatedArchiveTest, T56ATarIsRefusedAtEveryCut) {
  expect_refused_at_every_cut(sample_tar());
}

TEST_F(TruncatedArchiveTest, T56AGzipIsRefusedAtEveryCut) {
  expect_refused_at_every_cut(forge::gzipped(sample_tar()));
}

TEST_F(TruncatedArchiveTest, T56AnXzIsRefusedAtEveryCut) {
  std::string archive = packed_by("xz -9e");
  if (archive.empty()) GTEST_SKIP() << "no xz here";
  expect_refused_at_every_cut(archive);
}

TEST_F(TruncatedArchiveTest, T56AZstdIsRefusedAtEveryCut) {
  std::string archive = packed_by("zstd -q --check");
  if (archive.empty()) GTEST_SKIP() << "no zstd here";
  expect_refused_at_every_cut(archive);
}

TEST_F(TruncatedArchiveTest, T56AZipWithAChangedByteIsRefusedOrUnchanged) {
  expect_sane_at_every_change(sample_zip());
}

TEST_F(TruncatedArchiveTest, T56AGzipWithAChangedByteIsRefusedOrUnchanged) {
  expect_sane_at_every_change(forge::gzipped(sample_tar()));
}

}  // namespace
}  // namespace glovebox
