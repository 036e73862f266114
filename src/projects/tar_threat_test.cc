// Hostile tars: threats 48 to 60, each by its number. Every refusal is asserted to leave nothing
// behind (StoreFixture::refusal).
#include "projects/archive_forge.h"
#include "projects/store_fixture.h"

namespace glovebox {
namespace {

using namespace std::string_literals;
using forge::pax;
using forge::pax_record;
using forge::tar_end;
using forge::tar_entry;
using forge::tar_file;
using testing::HasSubstr;

class TarThreatTest : public StoreFixture {
 protected:
  // Each as a plain tar and packed with gzip, with the same reason for the refusal.
  std::string refused_tar(const std::string& entries) {
    std::string bytes = entries + tar_end();
    std::string plain = refused(bytes);
    EXPECT_EQ(plain, refused(forge::gzipped(bytes)));
    return plain;
  }
};

TEST_F(TarThreatTest, T48RefusesNamesThatLeadOut) {
  for (const char* name : {"../evil", "a/../../evil", "/etc/passwd", "C:\\evil", "..\\evil",
                           "\\\\srv\\evil", "./../evil", "././a", "a//b", ""}) {
    EXPECT_NE(refused_tar(tar_file("ok", "1") + tar_file(name, "evil")), "") << name;
    EXPECT_NE(
        refused_tar(tar_file("ok", "1") + pax(pax_record("path", name)) + tar_file("fine", "evil")),
        "")
        << name;
    EXPECT_NE(
        refused_tar(tar_file("ok", "1") + forge::gnu_long_name(name) + tar_file("fine", "evil")),
        "")
        << name;
  }
}

TEST_F(TarThreatTest, T48RefusesAPrefixThatLeadsOut) {
  EXPECT_THAT(refused_tar(tar_entry({.name = "evil", .prefix = "../.."}, "x")),
              HasSubstr("'../../evil' leads out"));
}

TEST_F(TarThreatTest, T49RefusesASymlinkAndAWriteThroughIt) {
  for (const char* target : {"/etc", "..", "ok", "nowhere"}) {
    EXPECT_THAT(refused_tar(tar_file("ok/f", "1") +
                            tar_entry({.name = "link", .type = '2', .link = target}) +
                            tar_file("link/passwd", "evil")),
                HasSubstr("'link' is a symbolic link, and another entry"));
    EXPECT_THAT(refused_tar(tar_entry({.name = "link", .type = '2', .link = target}) +
                            tar_file("link", "evil")),
                HasSubstr("'link' is both a file and a symbolic link"));
    EXPECT_THAT(refused_tar(tar_entry({.name = "link", .type = '2', .link = target}) +
                            tar_entry({.name = "link/", .type = '5'}) + tar_file("ok", "1")),
                HasSubstr("'link' is both a folder and a symbolic link"));
  }
  EXPECT_THAT(
      refused_tar(tar_entry({.name = "a", .type = '2', .link = "b"}) +
                  tar_entry({.name = "b", .type = '2', .link = ".."}) + tar_file("a/x", "evil")),
      HasSubstr("'a' is a symbolic link"));
}

TEST_F(TarThreatTest, T49ReadsALongTargetCompletely) {
  std::string target = "../" + std::string(200, 't') + "/x";
  std::string link = tar_entry({.name = "link", .type = '2', .link = "inside"});
  std::string file = tar_file("a", "1") + tar_end();
  for (const std::string& header :
       {forge::gnu_long_name(target, 'K'), pax(pax_record("linkpath", target))}) {
    ProjectTree tree = accepted(header + link + file);
    EXPECT_TRUE(tree.links.empty());
    EXPECT_THAT(warnings_of(tree), testing::ElementsAre(HasSubstr("leads out of the project")));
  }
}

TEST_F(TarThreatTest, T49RefusesALinkWithContentAndANulInItsTarget) {
  EXPECT_THAT(refused_tar(tar_file("a", "1") +
                          tar_entry({.name = "l", .type = '2', .link = "a"}, "content")),
              HasSubstr("a link with content"));
  EXPECT_THAT(refused_tar(tar_file("a", "1") + pax(pax_record("linkpath", "a\0b"s)) +
                          tar_entry({.name = "l", .type = '2'})),
              HasSubstr("NUL byte"));
}

TEST_F(TarThreatTest, T50RefusesHardLinksToOutside) {
  for (const char* target : {"/etc/shadow", "../../x", "", "b", "d", "hard", "a/../a"}) {
    EXPECT_THAT(refused_tar(tar_file("a", "1") + tar_file("d/f", "1") +
                            tar_entry({.name = "hard", .type = '1', .link = target}) +
                            tar_file("b", "comes too late")),
                HasSubstr("'hard' is a hard link"))
        << target;
  }
  EXPECT_THAT(refused_tar(tar_file("a", "1") +
                          tar_entry({.name = "hard", .type = '1', .link = "a"}, "content")),
              HasSubstr("a link with content"));
}

// The link itself is copied, and nothing that it points to.
TEST_F(TarThreatTest, T50AHardLinkToASymlinkIsASymlink) {
  ProjectTree tree =
      accepted(tar_file("a", "1") + tar_entry({.name = "out", .type = '2', .link = "/etc/shadow"}) +
               tar_entry({.name = "hard", .type = '1', .link = "out"}) +
               tar_entry({.name = "in", .type = '2', .link = "a"}) +
               tar_entry({.name = "too", .type = '1', .link = "in"}) + tar_end());
  EXPECT_THAT(tree.links, testing::ElementsAre(ProjectLink{"in", "a"}, ProjectLink{"too", "a"}));
  EXPECT_THAT(paths_of(tree), testing::ElementsAre("a"));
  EXPECT_EQ(tree.notes.warning_count, 2);
}

TEST_F(TarThreatTest, T52CopiesOfHardLinksAreCounted) {
  open({.unpacked = ByteCount(2500)});
  std::string file = tar_file("a", std::string(1000, 'x'));
  std::string link = tar_entry({.name = "b", .type = '1', .link = "a"});
  EXPECT_THAT(refused_tar(file + link + tar_entry({.name = "c", .type = '1', .link = "b"})),
              HasSubstr("unpacks to more than 2.4 KiB"));
  EXPECT_EQ(accepted(file + link + tar_end()).total_bytes, 2000);
}

TEST_F(TarThreatTest, T50LeavesOutDevicesAndPipesAndRefusesUnknownTypes) {
  std::string file = tar_file("a", "1") + tar_end();
  for (auto [type, name] : {std::pair{'3', "a device"}, {'4', "a device"}, {'6', "a named pipe"}}) {
    ProjectTree tree = accepted(tar_entry({.name = "x", .type = type}) +
                                tar_entry({.name = "y", .type = '1', .link = "x"}) + file);
    EXPECT_THAT(paths_of(tree), testing::ElementsAre("a"));
    EXPECT_THAT(warnings_of(tree),
                testing::ElementsAre("x: is "s + name + " and is left out",
                                     HasSubstr("y: is a hard link to an entry that is left out")));
    ASSERT_TRUE(store_->remove(tree.sha256));
  }
  for (char type : "89AINXZ"s) {
    EXPECT_THAT(refused_tar(tar_entry({.name = "x", .type = type})), HasSubstr("unknown type"));
  }
  EXPECT_THAT(refused_tar(tar_entry({.name = "x", .type = 'M'})), HasSubstr("another tape"));
}

TEST_F(TarThreatTest, T50RemovesSetuidSetgidAndSticky) {
  for (std::uint32_t mode : {04755u, 02755u, 01755u}) {
    ProjectTree tree = accepted(tar_file("x", "1", mode) + tar_end());
    auto status = std::filesystem::status(store_->trees_dir() / tree.sha256 / "x");
    EXPECT_EQ(static_cast<unsigned>(status.permissions()), 0755u);
    EXPECT_THAT(warnings_of(tree), testing::ElementsAre(HasSubstr("setuid, setgid or sticky")));
  }
}

TEST_F(TarThreatTest, T50AcceptsTheGroupBitOfASharedFolder) {
  std::string bytes =
      tar_entry({.name = "d/", .type = '5', .mode = 02775}) + tar_file("d/a", "1") + tar_end();
  ProjectTree tree = accepted(bytes);
  auto mode = std::filesystem::status(store_->trees_dir() / tree.sha256 / "d").permissions();
  EXPECT_EQ(static_cast<unsigned>(mode), 0755u);
}

TEST_F(TarThreatTest, T52RefusesASizeThatReachesBeyondTheEnd) {
  EXPECT_THAT(refused(tar_entry({.name = "a", .size = "00000010000"}, "x") + tar_end()),
              HasSubstr("truncated"));
  EXPECT_THAT(refused_tar(tar_entry({.name = "a", .size = "77777777777"}, "x")),
              HasSubstr("'a' is larger than 100 MiB"));
}

TEST_F(TarThreatTest, T52RefusesNumbersOutOfRange) {
  std::string huge = "\x80\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff"s;
  std::string negative(12, '\xff');
  EXPECT_THAT(refused_tar(tar_entry({.name = "a", .size = huge}, "x")), HasSubstr("larger than"));
  EXPECT_THAT(refused_tar(tar_entry({.name = "a", .size = negative}, "x")),
              HasSubstr("out of range"));
  EXPECT_THAT(refused_tar(tar_entry({.name = "a", .size = "12x4567 abc "}, "x")),
              HasSubstr("out of range"));
}

TEST_F(TarThreatTest, T54RefusesDuplicatesAndClashes) {
  EXPECT_THAT(refused_tar(tar_file("a", "1") + tar_file("a", "2")), HasSubstr("twice"));
  EXPECT_THAT(refused_tar(tar_file("a", "1") + tar_file("./a", "2")), HasSubstr("twice"));
  EXPECT_THAT(refused_tar(tar_file("a", "1") + tar_file("a/b", "2")), HasSubstr("both a file and"));
  EXPECT_THAT(refused_tar(tar_file("a/", "content")), HasSubstr("has the name of a folder"));
}

TEST_F(TarThreatTest, T55RefusesDataAfterTheEnd) {
  std::string tar = tar_file("a", "1") + tar_end();
  EXPECT_THAT(refused_tar(tar + std::string(512, 'x')), HasSubstr("other data follows"));
  EXPECT_THAT(refused(tar + tar_file("b", "2")), HasSubstr("end mark is missing"));
  EXPECT_THAT(refused_tar(tar + tar_file("a", "2")), HasSubstr("'a' appears twice"));
  EXPECT_THAT(refused(tar + "x"), HasSubstr("truncated"));
  EXPECT_THAT(refused(tar + std::string(1 << 20, '\0')), HasSubstr("1 MiB of zeros"));
  EXPECT_THAT(refused(forge::gzipped(tar) + "junk"), HasSubstr("bytes follow it"));
  EXPECT_THAT(refused(forge::gzipped(tar) + forge::gzipped("x")), HasSubstr("truncated"));
  EXPECT_EQ(accepted(tar + std::string((1 << 20) - 1024, '\0')).files.size(), 1u);
}

TEST_F(TarThreatTest, T55RefusesATarWithoutItsEndMark) {
  EXPECT_THAT(refused(tar_file("a", "1")), HasSubstr("end mark is missing"));
  EXPECT_THAT(refused(tar_file("a", "1") + std::string(512, '\0')), HasSubstr("end mark"));
}

TEST_F(TarThreatTest, T55RefusesDamage) {
  std::string tar = tar_file("a", "1") + tar_file("b", "2") + tar_end();
  tar[1024 + 3] ^= 1;
  EXPECT_THAT(refused(tar), HasSubstr("damaged"));
  std::string gz = forge::gzipped(tar_file("a", "1") + tar_end());
  gz[gz.size() - 6] ^= 1;  // its CRC
  EXPECT_THAT(refused(gz), HasSubstr("damaged"));
  EXPECT_THAT(refused(forge::gzipped("hello")), HasSubstr("it contains no tar"));
  EXPECT_THAT(refused(forge::gzipped(forge::gzipped(tar_file("a", "1") + tar_end()))),
              HasSubstr("it contains no tar"));
}

TEST_F(TarThreatTest, T57RefusesNamesThatDeceive) {
  for (const std::string& name : {"a\nb"s, "a\x1b[31m"s, "a\u202e"s}) {
    EXPECT_NE(refused_tar(tar_file(name, "1")), "");
    EXPECT_NE(refused_tar(pax(pax_record("path", name)) + tar_file("a", "1")), "");
  }
  EXPECT_NE(refused_tar(pax(pax_record("path", "a\0b"s)) + tar_file("a", "1")), "");
  EXPECT_NE(refused_tar(forge::gnu_long_name("a\0b"s) + tar_file("a", "1")), "");
}

TEST_F(TarThreatTest, T59StopsAtTheFirstEntryOverTheLimit) {
  open({.entries = 1000});
  std::string tar;
  for (int i = 0; i < 1001; ++i) tar += tar_file("f" + std::to_string(i), "");
  EXPECT_THAT(refused(tar + std::string(512, 'x')), HasSubstr("more than 1,000 files"))
      << "what follows entry 1001 is not looked at";
}

TEST_F(TarThreatTest, T59BoundsHeadersThatAreNoFiles) {
  open({.entries = 1000});
  std::string tar;
  for (int i = 0; i < 1001; ++i) tar += pax(pax_record("comment", "x"), 'g');
  EXPECT_THAT(refused_tar(tar), HasSubstr("more than 1,000"));
}

TEST_F(TarThreatTest, T60RefusesPaxPathTricks) {
  std::string file = tar_file("a", "1");
  std::string path = pax_record("path", "b");
  EXPECT_THAT(refused_tar(pax(path + path) + file), HasSubstr("gives a path twice"));
  EXPECT_THAT(refused_tar(pax(path, 'g') + file), HasSubstr("one path to all files"));
  EXPECT_THAT(refused_tar(pax(path) + pax(path) + file), HasSubstr("two extended headers"));
  EXPECT_THAT(refused_tar(pax(path) + forge::gnu_long_name("c") + file), HasSubstr("two long"));
  EXPECT_THAT(refused_tar(forge::gnu_long_name("c") + pax(path) + file), HasSubstr("two extended"));
  EXPECT_THAT(refused_tar(pax(path)), HasSubstr("between a long name and its file"));
}

TEST_F(TarThreatTest, T60RefusesAPaxSizeUnlikeTheHeaders) {
  EXPECT_THAT(refused_tar(pax(pax_record("size", "0")) + tar_file("a", "12345")),
              HasSubstr("different sizes in its header"));
  EXPECT_THAT(refused_tar(pax(pax_record("size", "18446744073709551615")) + tar_file("a", "1")),
              HasSubstr("not a number"));
  EXPECT_THAT(refused_tar(pax(pax_record("size", "1"), 'g') + tar_file("a", "1")),
              HasSubstr("to all files"));
  EXPECT_EQ(accepted(pax(pax_record("size", "1")) + tar_file("a", "1") + tar_end()).total_bytes, 1);
}

TEST_F(TarThreatTest, T60RefusesMalformedPaxRecords) {
  for (const std::string& records :
       {"x"s, "5"s, "0 a=b\n"s, "6 a=b"s, "7 a=b\n"s, "99 a=b\n"s, "-6 a=b\n"s, "6 ab\n\n"s,
        "5 =b\n"s, "4294967302 a=b\n"s, "00000000006 a=b\n"s, "6  =b\n"s + "x"s, "\0\0\0"s}) {
    EXPECT_THAT(refused_tar(pax(records) + tar_file("a", "1")), HasSubstr("malformed")) << records;
  }
}

TEST_F(TarThreatTest, T60RefusesHugeNamesAndHeaders) {
  std::string file = tar_file("a", "1");
  EXPECT_THAT(refused_tar(forge::gnu_long_name(std::string(65536, 'x')) + file),
              HasSubstr("a name of more than 1024 bytes"));
  EXPECT_THAT(refused_tar(pax(pax_record("path", std::string(65536, 'x'))) + file),
              HasSubstr("longer than 1024 bytes"));
  EXPECT_THAT(refused_tar(pax(pax_record("comment", std::string(200'000, 'x'))) + file),
              HasSubstr("more than 128 KiB"));
  std::string announced = tar_entry({.name = "x", .type = 'L', .size = "77777777777"});
  EXPECT_THAT(refused_tar(announced + file), HasSubstr("a name of more than 1024 bytes"));
}

}  // namespace
}  // namespace glovebox
