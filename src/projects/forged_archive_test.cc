// Archives as real programs write them must be accepted. They are forged here, because not every
// program is available.
#include "projects/archive_forge.h"
#include "projects/store_fixture.h"
#include "projects/zip_records.h"

namespace glovebox {
namespace {

using forge::Descriptor;
using forge::folder;
using forge::packed;
using forge::stored;
using forge::streamed;
using forge::tar_end;
using forge::tar_entry;
using forge::tar_file;
using forge::Zip;
using forge::zip;
using testing::ElementsAre;
using testing::HasSubstr;

class ForgedArchiveTest : public StoreFixture {};

TEST_F(ForgedArchiveTest, TakesStoredDeflatedAndStreamedEntries) {
  ProjectTree tree =
      accepted(zip({folder("d/"), stored("d/stored", "one"), packed("d/packed", "two"),
                    streamed("d/streamed", "three"), stored("d/nothing", "")}));
  EXPECT_THAT(paths_of(tree), ElementsAre("d/nothing", "d/packed", "d/stored", "d/streamed"));
  EXPECT_EQ(stored_content(tree, "d/stored"), "one");
  EXPECT_EQ(stored_content(tree, "d/packed"), "two");
  EXPECT_EQ(stored_content(tree, "d/streamed"), "three");
  EXPECT_EQ(tree.total_bytes, 11);
}

TEST_F(ForgedArchiveTest, TakesEveryFormOfDataDescriptor) {
  for (Descriptor form :
       {Descriptor::kPlain, Descriptor::kSigned, Descriptor::kPlain64, Descriptor::kSigned64}) {
    EXPECT_EQ(stored_content(accepted(zip({streamed("a", "hello", form)})), "a"), "hello");
  }
}

TEST_F(ForgedArchiveTest, TakesAStreamedEntryWithZip64Sizes) {
  forge::ZipItem item = streamed("a", "hello", Descriptor::kSigned64);
  item.local.packed = item.local.unpacked = 0xffffffff;
  item.local.extra = forge::le16(1) + forge::le16(16) + forge::le64(0) + forge::le64(0);
  EXPECT_EQ(stored_content(accepted(zip({item})), "a"), "hello");
}

TEST_F(ForgedArchiveTest, TakesZip64SizesInBothHeaders) {
  forge::ZipItem item = stored("a", "hello");
  item.local.packed = item.local.unpacked = 0xffffffff;
  item.local.extra = forge::le16(1) + forge::le16(16) + forge::le64(5) + forge::le64(5);
  item.central.packed = item.central.unpacked = 0xffffffff;
  item.central.extra = item.local.extra;
  EXPECT_EQ(stored_content(accepted(zip({item})), "a"), "hello");
}

TEST_F(ForgedArchiveTest, TakesACommentAsGitWritesIt) {
  Zip made{.items = {stored("a", "1")},
           .lie = [](auto& end) { end.comment = "e1ef649ba8e594e40e080f7330d229df71f00000"; }};
  EXPECT_EQ(accepted(made.bytes()).files.size(), 1u);
}

TEST_F(ForgedArchiveTest, TakesAZipInsideAZip) {
  std::string inner = zip({stored("b", "2")});
  EXPECT_EQ(stored_content(accepted(zip({stored("a.zip", inner)})), "a.zip"), inner);
}

TEST_F(ForgedArchiveTest, TakesAUnicodeNameFromItsExtraField) {
  forge::ZipItem item = stored("caf\x82.txt", "1");  // in code page 437
  std::string name = "caf\u00e9.txt";
  item.central.extra = forge::le16(0x7075) + forge::le16(5 + name.size()) + "\x01" +
                       forge::le32(forge::crc(item.local.name)) + name;
  item.local.extra = item.central.extra;
  EXPECT_THAT(paths_of(accepted(zip({item}))), ElementsAre(name));
}

TEST_F(ForgedArchiveTest, TakesAZipAsWindowsMakesIt) {
  forge::ZipItem item = packed("Project/Program.cs", "class P {}");
  item.host = 0;
  item.unix_mode = 0;
  item.central.extra = forge::le16(0x000a) + forge::le16(32) + std::string(32, '\0');
  EXPECT_THAT(paths_of(accepted(zip({item}))), ElementsAre("Project/Program.cs"));
}

TEST_F(ForgedArchiveTest, LeavesOutFilesThatMacosAdds) {
  ProjectTree tree = accepted(zip({folder("p/"), stored("p/a.c", "1"), stored("p/.DS_Store", "x"),
                                   folder("__MACOSX/"), stored("__MACOSX/p/._a.c", "x")}));
  EXPECT_THAT(paths_of(tree), ElementsAre("p/a.c"));
  EXPECT_FALSE(std::filesystem::exists(store_->trees_dir() / tree.sha256 / "__MACOSX"));
  EXPECT_EQ(accepted(tar_file("p/._a.c", "x") + tar_file("p/a.c", "1") + tar_end()).sha256,
            tree.sha256);
}

TEST_F(ForgedArchiveTest, StillChecksLeftOutEntries) {
  EXPECT_THAT(refused(zip({stored("__MACOSX/../../evil", "x"), stored("a", "1")})),
              HasSubstr("leads out"));
}

TEST_F(ForgedArchiveTest, KeepsTheExecutableBitAndNoOther) {
  ProjectTree tree = accepted(zip({stored("run", "1", 0100700), stored("read", "2", 0100400),
                                   stored("plain", "3", 0100666), stored("none", "4", 0)}));
  auto mode = [&](const char* name) {
    auto status = std::filesystem::status(store_->trees_dir() / tree.sha256 / name);
    return static_cast<unsigned>(status.permissions());
  };
  EXPECT_EQ(mode("run"), 0755u);
  EXPECT_EQ(mode("read"), 0644u);
  EXPECT_EQ(mode("plain"), 0644u);
  EXPECT_EQ(mode("none"), 0644u);
  EXPECT_TRUE(tree.files.back().executable);
}

TEST_F(ForgedArchiveTest, TakesATarOfTheCurrentFolder) {
  ProjectTree tree =
      accepted(tar_entry({.name = "./", .type = '5'}) + tar_file("./a", "1") +
               tar_entry({.name = "./d/", .type = '5'}) + tar_file("./d/b", "2") + tar_end());
  EXPECT_THAT(paths_of(tree), ElementsAre("a", "d/b"));
}

TEST_F(ForgedArchiveTest, TakesOldGnuAndPosixTars) {
  std::string old_name = std::string(8, '\0');
  ProjectTree old_form =
      accepted(tar_entry({.name = "d/", .type = '\0', .magic = old_name}) +
               tar_entry({.name = "d/a", .type = '\0', .magic = old_name}, "1") + tar_end());
  ProjectTree posix = accepted(tar_entry({.name = "a", .prefix = "d"}, "1") + tar_end());
  ProjectTree gnu = accepted(forge::gnu_long_name("d/a") +
                             tar_entry({.name = "d/cut",
                                        .size = std::string("\x80\0\0\0\0\0\0\0\0\0\0\1", 12),
                                        .magic = "ustar  "},
                                       "1") +
                             tar_end());
  EXPECT_EQ(old_form.sha256, posix.sha256);
  EXPECT_EQ(gnu.sha256, posix.sha256);
}

TEST_F(ForgedArchiveTest, TakesPaxTimesCommentsAndAttributes) {
  std::string global = forge::pax(forge::pax_record("comment", "e1ef649"), 'g');
  std::string local = forge::pax(forge::pax_record("mtime", "1700000000.123456789") +
                                 forge::pax_record("SCHILY.xattr.user.x", "a\nb=c\n") +
                                 forge::pax_record("path", "d/\u00e9"));
  EXPECT_THAT(paths_of(accepted(global + local + tar_file("x", "1") + tar_end())),
              ElementsAre("d/\u00e9"));
}

TEST_F(ForgedArchiveTest, RefusesAnArchiveWithoutAFile) {
  EXPECT_THAT(refused(zip({})), HasSubstr("it contains no file"));
  EXPECT_THAT(refused(zip({folder("a/")})), HasSubstr("it contains no file"));
  EXPECT_THAT(refused(tar_end()), HasSubstr("it contains no file"));
  EXPECT_THAT(refused(""), HasSubstr("the archive is empty"));
}

TEST_F(ForgedArchiveTest, SaysWhichFormatItIs) {
  EXPECT_THAT(refused("7z\xbc\xaf\x27\x1c"), HasSubstr("is a 7z archive; unpack it and zip it"));
  EXPECT_THAT(refused("Rar!\x1a\x07"), HasSubstr("is a RAR archive; unpack it and zip it"));
  EXPECT_THAT(refused("BZh91AY&SY"), HasSubstr("truncated"));
  EXPECT_THAT(refused("int main() {}"), HasSubstr("unknown format"));
}

}  // namespace
}  // namespace glovebox
