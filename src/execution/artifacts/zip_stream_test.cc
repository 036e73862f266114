#include "execution/artifacts/zip_stream.h"

#include <gtest/gtest.h>
#include <locale.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>

#include "projects/project_store.h"
#include "temp_folder.h"

namespace glovebox {
namespace {

UniqueFd file_of(const std::string& content) {
  UniqueFd fd(::memfd_create("file", MFD_CLOEXEC));
  EXPECT_EQ(::pwrite(fd.get(), content.data(), content.size(), 0),
            static_cast<ssize_t>(content.size()));
  return fd;
}

struct File {
  std::string path;
  std::string content;
};

std::unique_ptr<ZipStream> stream_of(const std::vector<File>& files) {
  std::vector<ZipItem> items;
  for (const File& file : files) {
    items.push_back({file.path, static_cast<std::int64_t>(file.content.size())});
  }
  ZipStream::Open open = [files](std::size_t number) -> Result<UniqueFd> {
    return file_of(files[number].content);
  };
  WallTime time = std::chrono::sys_days(std::chrono::year(2026) / 1 / 31);
  return std::make_unique<ZipStream>(std::move(items), time, std::move(open));
}

std::string all_of(ZipStream& stream) {
  std::string all;
  while (true) {
    std::string piece = stream.next().value();
    if (piece.empty()) return all;
    all += piece;
  }
}

// Our own reader, which refuses archives with more than one interpretation, unpacks it.
std::map<std::string, std::string> unpacked(const std::string& zip) {
  TempFolder folder;
  ArchiveLimits limits;
  limits.ratio = 10'000;
  auto store = ProjectStore::open(folder.path(), limits).value();
  UniqueFd file = file_of(zip);
  Result<ProjectTree> tree = store->add_archive(file.get(), {.top = TopFolder::kKept});
  std::map<std::string, std::string> files;
  if (tree.has_error()) {
    ADD_FAILURE() << tree.error().message();
    return files;
  }
  for (const ProjectFile& found : tree->files) {
    UniqueFd content = store->open_file(tree->sha256, found.path).value();
    std::string bytes(static_cast<std::size_t>(found.size_bytes), '\0');
    EXPECT_EQ(::read(content.get(), bytes.data(), bytes.size()), found.size_bytes);
    files[found.path] = std::move(bytes);
  }
  return files;
}

TEST(ZipStreamTest, HoldsEveryFileByteForByte) {
  std::string big;
  for (int i = 0; i < 200'000; ++i) big += std::to_string(i * 7919);
  auto stream = stream_of({{"a.txt", "alpha"}, {"d/e/empty", ""}, {"d/big", big}});
  auto files = unpacked(all_of(*stream));
  EXPECT_EQ(files.size(), 3u);
  EXPECT_EQ(files["a.txt"], "alpha");
  EXPECT_EQ(files["d/e/empty"], "");
  EXPECT_TRUE(files["d/big"] == big);
}

TEST(ZipStreamTest, NamesAreUtf8WhateverTheLocale) {
  std::string before = ::setlocale(LC_CTYPE, nullptr);
  ::setlocale(LC_CTYPE, "C");
  auto stream = stream_of({{"grüße/日本.txt", "x"}});
  EXPECT_EQ(unpacked(all_of(*stream)).count("grüße/日本.txt"), 1u);
  EXPECT_STREQ(::setlocale(LC_CTYPE, nullptr), "C");
  ::setlocale(LC_CTYPE, before.c_str());
}

TEST(ZipStreamTest, PiecesStaySmallHoweverLargeTheFile) {
  std::string noise;
  std::uint32_t state = 1;
  while (noise.size() < (4u << 20)) {
    state = state * 1664525 + 1013904223;
    noise += static_cast<char>(state >> 24);
  }
  auto stream = stream_of({{"noise", noise}});
  std::size_t pieces = 0;
  for (std::string piece = stream->next().value(); !piece.empty(); piece = stream->next().value()) {
    EXPECT_LT(piece.size(), 512u << 10);
    ++pieces;
  }
  EXPECT_GT(pieces, 10u);
}

TEST(ZipStreamTest, MarksExecutableFiles) {
  ZipStream::Open open = [](std::size_t) -> Result<UniqueFd> {
    UniqueFd fd = file_of("#!");
    EXPECT_EQ(::fchmod(fd.get(), 0700), 0);
    return fd;
  };
  ZipStream stream({{"run", 2}}, WallTime(), std::move(open));
  TempFolder folder;
  auto store = ProjectStore::open(folder.path(), ArchiveLimits()).value();
  UniqueFd zip = file_of(all_of(stream));
  ProjectTree tree = store->add_archive(zip.get()).value();
  ASSERT_EQ(tree.files.size(), 1u);
  EXPECT_TRUE(tree.files[0].executable);
}

TEST(ZipStreamTest, AMissingOrShorterFileIsAnErrorAndNotAnEnd) {
  ZipStream::Open gone = [](std::size_t) -> Result<UniqueFd> { return not_found("gone"); };
  EXPECT_TRUE(ZipStream({{"a", 1}}, WallTime(), gone).next().has_error());
  ZipStream::Open shorter = [](std::size_t) -> Result<UniqueFd> { return file_of("x"); };
  EXPECT_TRUE(ZipStream({{"a", 2}}, WallTime(), shorter).next().has_error());
}

TEST(HarmlessPathTest, PassesHarmlessNames) {
  for (const char* path : {"a", "a/b.c", "..a", "a..", "grüße/日本", "a b", "-x"}) {
    EXPECT_EQ(harmless_path(path), path);
  }
}

TEST(HarmlessPathTest, StaysBelowItsFolderOnAnySystem) {
  EXPECT_EQ(harmless_path("a\nb"), "a_b");
  EXPECT_EQ(harmless_path("..\\..\\x"), ".._.._x");
  EXPECT_EQ(harmless_path("../x"), "__/x");
  EXPECT_EQ(harmless_path("a/./b"), "a/_/b");
  EXPECT_EQ(harmless_path("C:/x"), "C_/x");
  EXPECT_EQ(harmless_path("a\xff"), "a\uFFFD");
  EXPECT_EQ(harmless_path("a\u202E"
                          "b"),
            "a_b");
  for (const std::string& path : {std::string(), std::string("/etc/passwd"), std::string("a//b"),
                                  std::string(3000, 'x'), std::string("a\0b", 3)}) {
    std::string name = harmless_path(path);
    EXPECT_FALSE(name.empty());
    EXPECT_FALSE(name.starts_with('/'));
    EXPECT_EQ(name.find('\0'), std::string::npos);
    EXPECT_LE(name.size(), 1024u);
  }
}

TEST(ZipNamesTest, NamesAreUniqueAndNoneIsAFolderOfAnother) {
  ZipNames names;
  EXPECT_EQ(names.name_for("a\nb"), "a_b");
  EXPECT_EQ(names.name_for("a\tb"), "a_b~2");
  EXPECT_EQ(names.name_for("a\rb/c"), "a_b~3/c");
  EXPECT_EQ(names.name_for("d/e"), "d/e");
  EXPECT_EQ(names.name_for("d"), "d~2");
  EXPECT_EQ(names.name_for("d/e"), "d~3/e");
}

TEST(ZipNamesTest, AThousandEqualNamesAllGetAName) {
  ZipNames names;
  std::set<std::string> given;
  for (int i = 0; i < 1000; ++i) given.insert(names.name_for("\n"));
  EXPECT_EQ(given.size(), 1000u);
}

}  // namespace
}  // namespace glovebox
