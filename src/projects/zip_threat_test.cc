// Hostile zips: threats 48 to 59, each by its number. Every refusal is asserted to leave nothing
// behind (StoreFixture::refusal). Limits are tested in archive_limits_test.cc.
#include "projects/archive_forge.h"
#include "projects/store_fixture.h"
#include "projects/zip_records.h"
#include "projects/zip_structure.h"

namespace glovebox {
namespace {

using forge::folder;
using forge::packed;
using forge::stored;
using forge::Zip;
using forge::zip;
using testing::HasSubstr;

class ZipThreatTest : public StoreFixture {
 protected:
  // The structure only, without inflating.
  std::string structure_refusal(std::string_view bytes) {
    UniqueFd fd = file_of(bytes);
    ArchiveLimits limits;
    auto file = ArchiveFile::open(fd.get(), limits.upload);
    UnpackBudget budget(limits, std::nullopt);
    auto entries = read_zip_structure(file.value(), budget);
    return entries ? "accepted" : entries.error().message();
  }
};

TEST_F(ZipThreatTest, T48RefusesNamesThatLeadOut) {
  for (const char* name :
       {"../evil", "a/../../evil", "a/..", "..", "/etc/passwd", "//server/share/x", "C:\\evil",
        "c:evil", "C:/evil", "\\\\srv\\share\\evil", "..\\evil", "a\\..\\evil", "./../evil", "a//b",
        "./", "a/./b", ""}) {
    EXPECT_NE(refused(zip({stored("ok", "1"), stored(name, "evil")})), "") << name;
  }
  EXPECT_THAT(refused(zip({stored("../evil", "x")})), HasSubstr("'../evil' leads out"));
}

TEST_F(ZipThreatTest, T48RefusalNamesTheEntryInItsDetails) {
  Error error = refusal(zip({stored("a/../b", "x")}));
  EXPECT_EQ(error.details().at("entry").as_string(), "a/../b");
}

// Fifield's construction: each entry's data is the "quoted" local headers of the following ones,
// down to one kernel that all of them share.
TEST_F(ZipThreatTest, T51RefusesOverlappingEntriesBeforeInflating) {
  forge::ZipItem kernel = packed("kernel", std::string(100'000, 'x'));
  std::string kernel_local = Zip{.items = {kernel}}.bytes().substr(0, 30 + 6 + kernel.data.size());
  forge::ZipItem outer = stored("outer", kernel_local);
  outer.data.clear();
  EXPECT_THAT(structure_refusal(zip({outer, kernel})), HasSubstr("'outer' overlaps"));
  EXPECT_THAT(refused(zip({outer, kernel})), HasSubstr("'outer' overlaps"));
}

TEST_F(ZipThreatTest, T51RefusesEntriesThatShareTheirData) {
  std::vector<forge::ZipItem> items{packed("a", std::string(1000, 'x'))};
  forge::ZipItem again = items[0];
  again.central.name = "b";
  again.local_offset = 0;
  items.push_back(again);
  EXPECT_THAT(structure_refusal(zip(items)), HasSubstr("overlaps"));
}

TEST_F(ZipThreatTest, T51RefusesDataThatReachesIntoTheDirectory) {
  forge::ZipItem item = stored("a", "1234");
  item.data = "12";
  EXPECT_THAT(structure_refusal(zip({item})), HasSubstr("'a' overlaps"));
}

TEST_F(ZipThreatTest, T52StopsOnActualBytesWhenASizeIsWrong) {
  forge::ZipItem item = packed("a", std::string(10'000'000, 'x'));
  item.local.unpacked = item.central.unpacked = 10;
  EXPECT_THAT(refused(zip({item})), HasSubstr("'a' is larger than the zip says"));
  item.local.unpacked = item.central.unpacked = 20'000'000;
  ArchiveLimits limits;
  limits.ratio = 100'000;
  open(limits);
  EXPECT_THAT(refused(zip({item})), HasSubstr("'a' is smaller than the zip says"));
}

TEST_F(ZipThreatTest, T52RefusesDataThatEndsBeforeOrAfterItsPackedSize) {
  forge::ZipItem item = packed("a", "hello");
  item.data += "junk";
  item.local.packed = item.central.packed = static_cast<std::uint32_t>(item.data.size());
  EXPECT_THAT(refused(zip({item})), HasSubstr("bytes that belong to no entry"));
  item.data.resize(3);
  item.local.packed = item.central.packed = 3;
  EXPECT_THAT(refused(zip({item})), HasSubstr("'a' is cut off"));
}

TEST_F(ZipThreatTest, T52RefusesAWrongChecksum) {
  forge::ZipItem item = packed("a", "hello");
  item.local.crc = item.central.crc = 1;
  EXPECT_THAT(refused(zip({item})), HasSubstr("'a' does not match its checksum"));
}

TEST_F(ZipThreatTest, T53RefusesALocalHeaderUnlikeTheCentralOne) {
  auto with = [](auto change) {
    forge::ZipItem item = stored("a", "hello");
    change(item.local);
    return zip({item});
  };
  EXPECT_THAT(refused(with([](auto& r) { r.name = "b"; })), HasSubstr("one name in the"));
  EXPECT_THAT(refused(with([](auto& r) { r.crc ^= 1; })), HasSubstr("one checksum in the"));
  EXPECT_THAT(refused(with([](auto& r) { r.packed = 4; })), HasSubstr("one packed size in the"));
  EXPECT_THAT(refused(with([](auto& r) { r.unpacked = 9; })), HasSubstr("one size in the"));
  EXPECT_THAT(refused(with([](auto& r) { r.method = 8; })), HasSubstr("one method in the"));
  EXPECT_THAT(refused(with([](auto& r) { r.flags = zip::kUtf8; })), HasSubstr("one flags in the"));
  EXPECT_THAT(refused(with([](auto& r) { r.packed = r.unpacked = r.crc = 0; })),
              HasSubstr("in the"))
      << "zeros without a descriptor";
}

TEST_F(ZipThreatTest, T53RefusesADescriptorUnlikeTheCentralHeader) {
  forge::ZipItem item = forge::streamed("a", "hello");
  item.after = forge::le32(zip::kDescriptorSignature) + forge::le32(item.central.crc + 1) +
               forge::le32(item.central.packed) + forge::le32(item.central.unpacked);
  EXPECT_THAT(refused(zip({item})), HasSubstr("one checksum in the"));
  item.after = forge::le32(item.central.crc) + forge::le32(item.central.packed) + forge::le32(7);
  EXPECT_THAT(refused(zip({item})), HasSubstr("one size in the"));
  item.after = "12345";
  EXPECT_THAT(refused(zip({item})), HasSubstr("descriptor of the wrong size"));
  item.after = std::string(16, 'x');
  EXPECT_THAT(refused(zip({item})), HasSubstr("damaged data descriptor"));
}

TEST_F(ZipThreatTest, T53RefusesASecondNameInTheLocalExtraField) {
  auto unicode_path = [](std::string_view for_name, std::string_view name) {
    return forge::le16(0x7075) + forge::le16(5 + name.size()) + "\x01" +
           forge::le32(forge::crc(for_name)) + std::string(name);
  };
  forge::ZipItem item = stored("a", "hello");
  item.local.extra = unicode_path("a", "b");
  EXPECT_THAT(refused(zip({item})), HasSubstr("one name in the"));
  item.central.extra = unicode_path("a", "../b");
  item.local.extra = item.central.extra;
  EXPECT_THAT(refused(zip({item})), HasSubstr("leads out"));
}

TEST_F(ZipThreatTest, T54RefusesDuplicates) {
  EXPECT_THAT(refused(zip({stored("a", "1"), stored("a", "2")})), HasSubstr("'a' appears twice"));
  EXPECT_THAT(refused(zip({stored("a", "1"), stored("./a", "2")})), HasSubstr("twice"));
}

TEST_F(ZipThreatTest, T54RefusesAFileThatIsAlsoAFolder) {
  EXPECT_THAT(refused(zip({stored("a", "1"), stored("a/b", "2")})),
              HasSubstr("'a' is both a file and a folder"));
  EXPECT_THAT(refused(zip({stored("a/b", "2"), stored("a", "1")})), HasSubstr("both"));
  EXPECT_THAT(refused(zip({folder("a/"), stored("a", "1")})), HasSubstr("both"));
  EXPECT_THAT(refused(zip({stored("a", "x", 040755)})),
              HasSubstr("a folder by its name but not by its mode"));
  EXPECT_THAT(refused(zip({stored("a/", "x", 0)})), HasSubstr("a folder with content"));
}

TEST_F(ZipThreatTest, T54KeepsNamesThatDifferInCaseOrNormalisation) {
  for (auto [one, other] : {std::pair{"Makefile", "makefile"},
                            {"src/a", "SRC/a"},
                            {"stra\u00dfe", "STRASSE"},
                            {"caf\u00e9", "cafe\u0301"},
                            {"\ufb01le", "file"},
                            {"a\u200bb", "ab"}}) {
    ProjectTree tree = accepted(zip({stored(one, "1"), stored(other, "2")}));
    EXPECT_EQ(tree.files.size(), 2u) << one;
    EXPECT_EQ(stored_content(tree, one), "1");
    EXPECT_EQ(stored_content(tree, other), "2");
  }
}

TEST_F(ZipThreatTest, T55RefusesAPrefix) {
  Zip with_prefix{.prefix = "#!/bin/sh\n", .items = {stored("a", "1")}};
  EXPECT_THAT(refused(with_prefix.bytes()), HasSubstr("unknown format"));
  with_prefix.prefix = std::string("PK\3\4", 4) + "padding";
  EXPECT_THAT(refused(with_prefix.bytes()), HasSubstr("before the zip's first entry"));
  // Offsets that do not include the prefix, as in self-extracting programs.
  EXPECT_THAT(refused(std::string("PK\3\4", 4) + zip({stored("a", "1")})),
              HasSubstr("before or after"));
}

TEST_F(ZipThreatTest, T55RefusesTrailingData) {
  EXPECT_THAT(refused(zip({stored("a", "1")}) + "x"), HasSubstr("bytes follow it"));
  EXPECT_THAT(
      refused(Zip{
          .items = {stored("a", "1")}, .lie = [](auto& end) { end.comment = "cut"; }, .suffix = "x"}
                  .bytes()),
      HasSubstr("bytes follow it"));
}

TEST_F(ZipThreatTest, T55RefusesTwoEndRecords) {
  std::string inner = zip({stored("b", "2")});
  Zip outer{.items = {stored("a", "1")}, .lie = [&](auto& end) { end.comment = inner; }};
  EXPECT_THAT(refused(outer.bytes()), HasSubstr("two end records"));
  EXPECT_NE(refused(zip({stored("a", "1")}) + zip({stored("b", "2")})), "");
}

TEST_F(ZipThreatTest, T55RefusesHiddenBytesBetweenEntries) {
  forge::ZipItem item = stored("a", "1");
  item.after = "hidden";
  EXPECT_THAT(refused(zip({item, stored("b", "2")})), HasSubstr("'a' is followed by bytes"));
  Zip gap{.items = {stored("a", "1")}, .before_central = "hidden"};
  EXPECT_THAT(refused(gap.bytes()), HasSubstr("followed by bytes"));
}

TEST_F(ZipThreatTest, T55RefusesWrongOffsets) {
  auto with = [](auto lie) { return Zip{.items = {stored("a", "1")}, .lie = lie}.bytes(); };
  for (std::uint32_t offset : {0u, 31u, 33u, 0xfffffffeu}) {
    EXPECT_NE(refused(with([=](auto& end) { end.central_offset = offset; })), "") << offset;
  }
  EXPECT_NE(refused(with([](auto& end) { end.central_size += 1; })), "");
  EXPECT_NE(refused(with([](auto& end) { end.entries = end.entries_here = 2; })), "");
  EXPECT_NE(refused(with([](auto& end) { end.entries = end.entries_here = 0; })), "");
  for (std::uint32_t offset : {1u, 32u, 77u, 0x7fffffffu, 0xfffffffeu}) {
    forge::ZipItem item = stored("a", "1");
    item.local_offset = offset;
    EXPECT_NE(refused(zip({item})), "") << offset;
  }
}

TEST_F(ZipThreatTest, T55RefusesZip64Wrap) {
  auto zip64 = [](std::uint64_t entries, std::uint64_t size, std::uint64_t offset,
                  std::uint32_t old_offset = 0xffffffff) {
    return Zip{.items = {stored("a", "1")},
               .before_end = forge::zip64_end(entries, size, offset),
               .lie =
                   [=](auto& end) {
                     end.entries = end.entries_here = 0xffff;
                     end.central_size = 0xffffffff;
                     end.central_offset = old_offset;
                   }}
        .bytes();
  };
  constexpr std::uint64_t kOffset = 30 + 1 + 1;
  constexpr std::uint64_t kSize = 46 + 1;
  EXPECT_EQ(accepted(zip64(1, kSize, kOffset)).files.size(), 1u);
  ASSERT_TRUE(store_->remove(accepted(zip({stored("a", "1")})).sha256));
  EXPECT_NE(refused(zip64(1, kSize - kOffset, 2 * kOffset)), "");
  constexpr std::uint64_t kEnd = kOffset + kSize;
  EXPECT_THAT(refused(zip64(1, 0 - kEnd, 2 * kEnd)), HasSubstr("before or after")) << "sum wraps";
  EXPECT_NE(refused(zip64(~0ULL, kSize, kOffset)), "");
  EXPECT_THAT(refused(zip64(1, kSize, kOffset, 5)), HasSubstr("differ"));
}

TEST_F(ZipThreatTest, T55RefusesAZip64SizeThatWraps) {
  forge::ZipItem item = stored("a", "1");
  item.central.packed = item.central.unpacked = 0xffffffff;
  item.central.extra = forge::le16(1) + forge::le16(16) + forge::le64(~0ULL) + forge::le64(~0ULL);
  item.local.packed = item.local.unpacked = 0xffffffff;
  item.local.extra = item.central.extra;
  EXPECT_THAT(refused(zip({item})), HasSubstr("'a' overlaps"));
  item.central.extra.clear();
  EXPECT_THAT(refused(zip({item})), HasSubstr("lacks its zip64 sizes"));
}

TEST_F(ZipThreatTest, T55RefusesMalformedExtraFields) {
  forge::ZipItem item = stored("a", "1");
  item.central.extra = forge::le16(0x5455) + forge::le16(9) + "x";
  EXPECT_THAT(refused(zip({item})), HasSubstr("overruns"));
  item.central.extra.clear();
  std::string zip64 = forge::le16(1) + forge::le16(8) + forge::le64(1);
  item.local.extra = zip64 + zip64;
  EXPECT_THAT(refused(zip({item})), HasSubstr("given twice"));
}

TEST_F(ZipThreatTest, T57RefusesNamesThatDeceive) {
  using namespace std::string_literals;
  for (const std::string& name :
       {"a\0b"s, "a\nb"s, "a\x1b[31mb"s, "a\x7f"s, "a\u0085b"s, "a\u2028b"s, "a\u202egpj.exe"s,
        "a\u2066b"s, "\u200fb"s, std::string(256, 'x'), std::string(65535, 'x')}) {
    EXPECT_NE(refused(zip({stored(name, "1")})), "") << name.size();
  }
  for (const std::string& name : {"\xff\xfe"s, "a\xc3"s, "\xed\xa0\x80"s, "\xc0\xaf"s}) {
    forge::ZipItem item = stored(name, "1");
    item.local.flags = item.central.flags = zip::kUtf8;
    EXPECT_THAT(refused(zip({item})), HasSubstr("not valid UTF-8"));
  }
}

TEST_F(ZipThreatTest, T57RefusalsHoldNoRawBytesOfTheName) {
  EXPECT_THAT(refused(zip({stored("a\x1b]0;x\n", "1")})), HasSubstr("a\\x1b]0;x\\x0a"));
}

TEST_F(ZipThreatTest, T57RefusesATreeThatIsTooDeep) {
  auto deep = [](int folders) {
    std::string name;
    for (int i = 0; i < folders; ++i) name += "d/";
    return zip({stored(name + "f", "1")});
  };
  EXPECT_THAT(refused(deep(64)), HasSubstr("64 folders deep"));
  EXPECT_EQ(accepted(deep(63)).files.size(), 1u);
}

TEST_F(ZipThreatTest, T58RefusesEncryptedEntries) {
  for (std::uint16_t flags : {zip::kEncrypted, zip::kStronglyEncrypted, zip::kMaskedHeaders}) {
    forge::ZipItem item = stored("secret", "1");
    item.local.flags = item.central.flags = flags;
    EXPECT_THAT(refused(zip({item})), HasSubstr("'secret' is encrypted; zip it again without"));
  }
  forge::ZipItem aes = stored("secret", "1");
  aes.local.method = aes.central.method = 99;
  EXPECT_THAT(refused(zip({aes})), HasSubstr("encrypted"));
}

TEST_F(ZipThreatTest, T58RefusesUnknownMethods) {
  for (std::uint16_t method : {1, 6, 9, 14, 94, 96, 98, 1000}) {
    forge::ZipItem item = stored("a", "1");
    item.local.method = item.central.method = method;
    EXPECT_THAT(refused(zip({item})),
                testing::AllOf(HasSubstr("'a' is packed with method " + std::to_string(method)),
                               HasSubstr("zip it again with Deflate")));
  }
}

TEST_F(ZipThreatTest, T58RefusesSeveralDisks) {
  auto with = [](auto lie) { return Zip{.items = {stored("a", "1")}, .lie = lie}.bytes(); };
  EXPECT_THAT(refused(with([](auto& end) { end.disk = 1; })), HasSubstr("several disks"));
  EXPECT_THAT(refused(with([](auto& end) { end.central_disk = 1; })), HasSubstr("several disks"));
  EXPECT_THAT(refused(with([](auto& end) { end.entries = 2; })), HasSubstr("several disks"));
  forge::ZipItem item = stored("a", "1");
  item.disk = 1;
  EXPECT_THAT(refused(zip({item})), HasSubstr("several disks"));
  EXPECT_THAT(refused(std::string("PK\7\x08", 4) + zip({item})), HasSubstr("split zip"));
}

// Only the end record exists: if the directory were read first, the refusal would be different.
TEST_F(ZipThreatTest, T59RefusesAMillionEntriesFromTheEndRecordAlone) {
  constexpr std::uint64_t kCentral = 1'000'000 * 46;
  std::string bytes = "PK\3\4";
  bytes.resize(kCentral + 4);
  bytes += forge::zip64_end(1'000'000, kCentral, 4);
  bytes += Zip{.lie = [](auto& end) {
             end.entries = end.entries_here = 0xffff;
             end.central_size = end.central_offset = 0xffffffff;
           }}.bytes();
  Error error = refusal(bytes);
  EXPECT_EQ(error.details().at("observed").to_number<std::int64_t>(), 1'000'000);
  EXPECT_EQ(error.details().at("limit").as_string(), "entries");
}

TEST_F(ZipThreatTest, T59RefusesMoreEntriesThanTheEndRecordSays) {
  std::vector<forge::ZipItem> items;
  for (int i = 0; i < 20; ++i) items.push_back(stored("f" + std::to_string(i), "1"));
  Zip lying{.items = items, .lie = [](auto& end) { end.entries = end.entries_here = 10; }};
  EXPECT_THAT(refused(lying.bytes()), HasSubstr("holds more than its end record says"));
}

}  // namespace
}  // namespace glovebox
