// Each limit exactly, and one above it: threats 52, 56 and 59.
#include "projects/archive_forge.h"
#include "projects/store_fixture.h"
#include "projects/tar_unpacker.h"

namespace glovebox {
namespace {

using forge::packed;
using forge::stored;
using forge::tar_end;
using forge::tar_file;
using forge::zip;
using testing::HasSubstr;

class ArchiveLimitsTest : public StoreFixture {
 protected:
  static std::string tar_of(std::vector<std::pair<std::string, std::string>> files) {
    std::string tar;
    for (const auto& [name, content] : files) tar += tar_file(name, content);
    return tar + tar_end();
  }
  void expect_limit(const Error& error, std::string_view limit, std::int64_t configured,
                    std::int64_t observed) {
    EXPECT_EQ(error.details().at("limit").as_string(), limit);
    EXPECT_EQ(error.details().at("configured").to_number<std::int64_t>(), configured);
    EXPECT_EQ(error.details().at("observed").to_number<std::int64_t>(), observed);
  }
  void forget(const ProjectTree& tree) { ASSERT_TRUE(store_->remove(tree.sha256)); }
};

TEST_F(ArchiveLimitsTest, AcceptsEntriesUpToTheLimit) {
  auto zip_with = [](int entries) {
    std::vector<forge::ZipItem> items{forge::folder("d/")};
    for (int i = 1; i < entries; ++i) items.push_back(stored("d/" + std::to_string(i), "1"));
    return zip(std::move(items));
  };
  open({.entries = 7});
  forget(accepted(zip_with(7)));
  store_->remove(ProjectTree{}.sha256).value();
  std::filesystem::remove_all(root());
  open({.entries = 7});
  expect_limit(refusal(zip_with(8)), "entries", 7, 8);
  std::string tar = tar_of({{"1", ""}, {"2", ""}, {"3", ""}, {"4", ""}, {"5", ""}, {"6", ""}});
  forget(accepted(tar_file("0", "") + tar));
  expect_limit(refusal(tar_file("0", "") + tar_file("00", "") + tar), "entries", 7, 8);
}

TEST_F(ArchiveLimitsTest, BoundsFoldersThatNoEntryNames) {
  open({.entries = 3});
  forget(accepted(zip({stored("a/b/c/f", "1")})));
  EXPECT_THAT(refused(zip({stored("a/b/c/d/f", "1")})), HasSubstr("too many folders"));
}

TEST_F(ArchiveLimitsTest, T52TakesAFileUpToTheLimit) {
  open({.file = ByteCount(1000)});
  std::string full(1000, 'x');
  forget(accepted(zip({packed("a", full), stored("b", full)})));
  forget(accepted(tar_of({{"a", full}})));
  Error error = refusal(zip({packed("a", full + 'x')}));
  expect_limit(error, "fileBytes", 1000, 1001);
  EXPECT_EQ(error.details().at("entry").as_string(), "a");
  expect_limit(refusal(tar_of({{"a", full + 'x'}})), "fileBytes", 1000, 1001);
}

TEST_F(ArchiveLimitsTest, T52TakesAllFilesUpToTheLimit) {
  open({.unpacked = ByteCount(1000)});
  std::string half(500, 'x');
  forget(accepted(zip({packed("a", half), stored("b", half)})));
  forget(accepted(tar_of({{"a", half}, {"b", half}})));
  expect_limit(refusal(zip({packed("a", half), stored("b", half + 'x')})), "unpackedBytes", 1000,
               1001);
  expect_limit(refusal(tar_of({{"a", half}, {"b", half + 'x'}})), "unpackedBytes", 1000, 1001);
}

TEST_F(ArchiveLimitsTest, T52RefusesAStatedTotalBeforeInflating) {
  open({.unpacked = ByteCount(1000)});
  forge::ZipItem damaged = packed("a", std::string(600, 'x'));
  damaged.data[0] = '\xff';
  EXPECT_THAT(refused(zip({damaged, packed("b", std::string(600, 'x'))})),
              HasSubstr("unpacks to more than 1000 bytes"));
}

TEST_F(ArchiveLimitsTest, T52AppliesTheRatioAboveItsMinimum) {
  // Below 10 MiB any ratio is allowed; above it the limit applies.
  std::string small(10 << 20, 'x');
  forget(accepted(zip({packed("a", small)})));
  EXPECT_THAT(refused(zip({packed("a", small + 'x')})), HasSubstr("more than 100 times its size"));
  std::string tar = forge::gzipped(tar_of({{"a", small + 'x'}}));
  Error error = refusal(tar);
  EXPECT_EQ(error.details().at("limit").as_string(), "ratio");
  EXPECT_GT(error.details().at("observed").to_number<std::int64_t>(), 100);
}

TEST_F(ArchiveLimitsTest, T52AcceptsTheExactRatioAndNoMore) {
  std::string content(207 * 60'000 - 1000, 'x');
  std::string archive = zip({packed("a", content), stored("b", std::string(1000, 'y'))});
  std::size_t total = content.size() + 1000;
  // Padded by a comment until the ratio is exact.
  std::size_t wanted = total / 207;
  ASSERT_EQ(wanted * 207, total);
  ASSERT_LT(archive.size(), wanted);
  auto of_size = [&](std::size_t size) {
    forge::Zip made{.items = {packed("a", content), stored("b", std::string(1000, 'y'))},
                    .lie = [&](auto& end) { end.comment.assign(size - archive.size(), 'c'); }};
    return made.bytes();
  };
  open({.ratio = 207});
  EXPECT_THAT(refused(of_size(wanted - 1)), HasSubstr("207 times"));
  forget(accepted(of_size(wanted)));
}

TEST_F(ArchiveLimitsTest, TakesAnUploadUpToTheLimit) {
  std::string archive = zip({stored("a", "hello")});
  open({.upload = ByteCount(archive.size())});
  forget(accepted(archive));
  open({.upload = ByteCount(archive.size() - 1)});
  Error error = refusal(archive, ErrorKind::kPayloadTooLarge);
  expect_limit(error, "uploadBytes", static_cast<std::int64_t>(archive.size()) - 1,
               static_cast<std::int64_t>(archive.size()));
}

TEST_F(ArchiveLimitsTest, T52StopsWhenTimeIsUp) {
  open({.time = std::chrono::milliseconds(0)});
  for (const std::string& archive :
       {zip({stored("a", "1")}), tar_of({{"a", "1"}}), forge::gzipped(tar_of({{"a", "1"}}))}) {
    EXPECT_EQ(refusal(archive).details().at("limit").as_string(), "timeMs");
  }
}

TEST_F(ArchiveLimitsTest, AcceptsATimeBeyondTheClock) {
  open({.time = std::chrono::milliseconds::max()});
  EXPECT_EQ(accepted(zip({stored("a", "1")})).files.size(), 1u);
}

TEST_F(ArchiveLimitsTest, T60TakesNamesAndHeadersUpToTheirBounds) {
  std::string name;
  for (int i = 0; i < 4; ++i) name += std::string(255, static_cast<char>('a' + i)) + '/';
  ASSERT_EQ(name.size(), 1024u);
  name.back() = 'x';
  name[511] = 'y';  // one component of 511 bytes
  EXPECT_THAT(refused(forge::gnu_long_name(name) + tar_file("a", "1") + tar_end()),
              HasSubstr("more than 255 bytes"));
  name[511] = '/';
  name[1022] = '/';  // 255, 255, 255, 254 and 1
  forget(accepted(forge::gnu_long_name(name) + tar_file("a", "1") + tar_end()));
  forget(accepted(forge::pax(forge::pax_record("path", name)) + tar_file("a", "1") + tar_end()));
  forget(accepted(zip({stored(name, "1")})));
  EXPECT_THAT(refused(forge::gnu_long_name(name + 'z') + tar_file("a", "1") + tar_end()),
              HasSubstr("a name of more than 1024 bytes"));
  EXPECT_THAT(refused(zip({stored(name + 'z', "1")})), HasSubstr("longer than 1024 bytes"));
  auto comment = [](std::size_t size) {
    std::string record = forge::pax_record("comment", "");
    record = forge::pax_record("comment", std::string(size - record.size() - 4, 'c'));
    EXPECT_EQ(record.size(), size);
    return forge::pax(record) + tar_file("a", "1") + tar_end();
  };
  forget(accepted(comment(kMaxPaxHeaderBytes)));
  EXPECT_THAT(refused(comment(kMaxPaxHeaderBytes + 1)), HasSubstr("more than 128 KiB"));
}

}  // namespace
}  // namespace glovebox
