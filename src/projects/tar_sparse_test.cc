// Forged sparse members of tars: each form, and threat 60, maps with wrong data.
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
using testing::ElementsAre;
using testing::HasSubstr;

using Pieces = std::vector<std::pair<int, int>>;

std::string octal(int value) {
  char text[16];
  std::snprintf(text, sizeof text, "%011o", value);
  return {text, 12};
}

void put(std::string& block, std::size_t at, const std::string& value) {
  block.replace(at, value.size(), value);
}

void put_pieces(std::string& block, std::size_t at, const Pieces& pieces) {
  for (auto [offset, size] : pieces) {
    put(block, at, octal(offset) + octal(size));
    at += 24;
  }
}

// The old form: four pieces in the header, `more` in the block after it.
std::string old_form(int file_size, const Pieces& first, const Pieces& more, std::string data) {
  std::string entry = tar_entry({.name = "s", .type = 'S', .magic = "ustar  "}, data);
  std::string header = entry.substr(0, 512);
  put_pieces(header, 386, first);
  if (!more.empty()) header[482] = 1;
  put(header, 483, octal(file_size));
  put(header, 148, "        ");
  unsigned sum = 0;
  for (char c : header) sum += static_cast<unsigned char>(c);
  char text[8];
  std::snprintf(text, sizeof text, "%06o", sum);
  put(header, 148, text + "\0 "s);
  std::string extension;
  if (!more.empty()) {
    extension.assign(512, '\0');
    put_pieces(extension, 0, more);
  }
  return header + extension + entry.substr(512);
}

std::string form_00(int file_size, const Pieces& pieces, const std::string& data) {
  std::string records = pax_record("GNU.sparse.size", std::to_string(file_size)) +
                        pax_record("GNU.sparse.numblocks", std::to_string(pieces.size()));
  for (auto [offset, size] : pieces) {
    records += pax_record("GNU.sparse.offset", std::to_string(offset)) +
               pax_record("GNU.sparse.numbytes", std::to_string(size));
  }
  return pax(records) + tar_file("s", data);
}

std::string form_01(int file_size, const Pieces& pieces, const std::string& data) {
  std::string map;
  for (auto [offset, size] : pieces) {
    map += (map.empty() ? "" : ",") + std::to_string(offset) + "," + std::to_string(size);
  }
  return pax(pax_record("GNU.sparse.size", std::to_string(file_size)) +
             pax_record("GNU.sparse.name", "s") + pax_record("GNU.sparse.map", map)) +
         tar_file("GNUSparseFile.1/s", data);
}

std::string form_10(int file_size, const std::string& map, const std::string& data) {
  std::string padded = map;
  padded.resize((map.size() + 511) / 512 * 512);
  return pax(pax_record("GNU.sparse.major", "1") + pax_record("GNU.sparse.minor", "0") +
             pax_record("GNU.sparse.name", "s") +
             pax_record("GNU.sparse.realsize", std::to_string(file_size))) +
         tar_file("GNUSparseFile.1/s", padded + data);
}

class TarSparseTest : public StoreFixture {
 protected:
  void expect_expanded(const std::string& member, const std::string& content) {
    ProjectTree tree = accepted(member + tar_file("t", "behind it") + tar_end());
    EXPECT_THAT(paths_of(tree), ElementsAre("s", "t"));
    EXPECT_EQ(stored_content(tree, "s"), content);
    EXPECT_EQ(stored_content(tree, "t"), "behind it");
  }
  std::string refused_member(const std::string& member) {
    return refused(member + tar_file("t", "1") + tar_end());
  }
};

TEST_F(TarSparseTest, ExpandsEachForm) {
  std::string content =
      std::string(100, '\0') + "hello" + std::string(895, '\0') + "end" + std::string(97, '\0');
  Pieces pieces{{100, 5}, {1000, 3}};
  expect_expanded(old_form(1100, pieces, {}, "helloend"), content);
  expect_expanded(old_form(1100, {{100, 5}}, {{1000, 3}}, "helloend"), content);
  expect_expanded(form_00(1100, pieces, "helloend"), content);
  expect_expanded(form_01(1100, pieces, "helloend"), content);
  expect_expanded(form_10(1100, "2\n100\n5\n1000\n3\n", "helloend"), content);
}

TEST_F(TarSparseTest, ExpandsAFileOfHolesAlone) {
  std::string zeros(70'000, '\0');
  expect_expanded(form_10(70'000, "0\n", ""), zeros);
  expect_expanded(form_10(70'000, "1\n70000\n0\n", ""), zeros);
  expect_expanded(old_form(70'000, {}, {}, ""), zeros);
  expect_expanded(form_01(70'000, {}, ""), zeros);
}

TEST_F(TarSparseTest, T60CountsHolesLikeOtherBytes) {
  open({.file = ByteCount(5000)});
  EXPECT_THAT(refused_member(form_10(5001, "0\n", "")), HasSubstr("'s' is larger than"));
  EXPECT_THAT(refused_member(old_form(5001, {}, {}, "")), HasSubstr("'s' is larger than"));
  open({.unpacked = ByteCount(5000)});
  EXPECT_THAT(refused_member(form_00(5001, {}, "")), HasSubstr("unpacks to more than"));
  open({});
  EXPECT_THAT(refused_member(form_10(90 << 20, "0\n", "")), HasSubstr("100 times its size"));
}

TEST_F(TarSparseTest, T60RefusesWrongMaps) {
  const char* kOther = "data does not match its map";
  const char* kMap = "malformed map";
  EXPECT_THAT(refused_member(form_01(100, {{0, 5}}, "123456")), HasSubstr(kOther));
  EXPECT_THAT(refused_member(form_01(100, {{0, 5}}, "1234")), HasSubstr(kOther));
  EXPECT_THAT(refused_member(form_01(100, {{96, 5}}, "12345")), HasSubstr(kMap)) << "too far";
  EXPECT_THAT(refused_member(form_01(100, {{5, 5}, {0, 5}}, "1234512345")), HasSubstr(kMap));
  EXPECT_THAT(refused_member(form_01(100, {{0, 5}, {4, 5}}, "1234512345")), HasSubstr(kMap));
  EXPECT_THAT(refused_member(form_10(100, "1\n9223372036854775807\n5\n", "12345")),
              HasSubstr(kMap));
  EXPECT_THAT(refused_member(form_10(100, "1\n0\n18446744073709551615\n", "")), HasSubstr(kMap));
  for (const char* map : {"", "x\n", "1\n0\n", "-1\n", "99999999999999999999999\n", "70000\n"}) {
    EXPECT_NE(refused_member(form_10(100, map, "")), "") << map;
  }
}

TEST_F(TarSparseTest, T60RefusesRecordsThatDoNotMakeAMap) {
  auto with = [&](const std::string& records) {
    return refused_member(pax(records) + tar_file("s", "12345"));
  };
  std::string size = pax_record("GNU.sparse.size", "5");
  EXPECT_THAT(with(size + size), HasSubstr("malformed map"));
  EXPECT_THAT(with(pax_record("GNU.sparse.map", "0,5")), HasSubstr("malformed map"));
  EXPECT_THAT(with(size + pax_record("GNU.sparse.map", "0,5,6")), HasSubstr("malformed map"));
  EXPECT_THAT(with(size + pax_record("GNU.sparse.map", "0,x")), HasSubstr("malformed map"));
  EXPECT_THAT(with(size + pax_record("GNU.sparse.numbytes", "5")), HasSubstr("malformed map"));
  EXPECT_THAT(with(size + pax_record("GNU.sparse.offset", "0")), HasSubstr("malformed map"));
  EXPECT_THAT(
      with(size + pax_record("GNU.sparse.numblocks", "2") + pax_record("GNU.sparse.map", "0,5")),
      HasSubstr("malformed map"));
  EXPECT_THAT(with(pax_record("SCHILY.realsize", "5")), HasSubstr("without --sparse"));
  EXPECT_THAT(with(pax_record("GNU.sparse.major", "2") + size), HasSubstr("malformed map"));
  EXPECT_THAT(refused(pax(pax_record("GNU.sparse.name", "../evil") + size +
                          pax_record("GNU.sparse.map", "0,5")) +
                      tar_file("s", "12345") + tar_end()),
              HasSubstr("leads out"));
}

TEST_F(TarSparseTest, T60BoundsTheBlocksThatContinueAnOldMap) {
  std::string member = old_form(100, {{0, 5}}, {{5, 5}}, "1234512345");
  member[512 + 504] = 1;  // and again, with an empty block
  member.insert(1024, std::string(504, '\0') + '\1' + std::string(7, '\0'));
  EXPECT_THAT(refused_member(member), HasSubstr("malformed map"));
}

}  // namespace
}  // namespace glovebox
