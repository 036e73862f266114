// The import rules in docs/http-api.md, "Archives", for both zip and tar.
#include <map>

#include "projects/archive_forge.h"
#include "projects/store_fixture.h"

namespace glovebox {
namespace {

using namespace std::string_literals;
using forge::folder;
using forge::stored;
using forge::tar_end;
using forge::tar_entry;
using forge::tar_file;
using forge::zip;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr std::uint32_t kLink = 0120777;

// Files by path with their content, links by path with their target.
struct Members {
  std::map<std::string, std::string> files;
  std::vector<std::pair<std::string, std::string>> links;
};

std::string as_zip(const Members& members) {
  std::vector<forge::ZipItem> items;
  for (const auto& [path, target] : members.links) items.push_back(stored(path, target, kLink));
  for (const auto& [path, content] : members.files) items.push_back(stored(path, content));
  return zip(std::move(items));
}

std::string as_tar(const Members& members) {
  std::string tar;
  for (const auto& [path, target] : members.links) {
    tar += tar_entry({.name = path, .type = '2', .link = target});
  }
  for (const auto& [path, content] : members.files) tar += tar_file(path, content);
  return tar + tar_end();
}

class ImportRulesTest : public StoreFixture {
 protected:
  // The same from both formats.
  ProjectTree taken(const Members& members) {
    ProjectTree from_zip = uploaded(as_zip(members));
    ProjectTree from_tar = uploaded(as_tar(members));
    EXPECT_EQ(from_zip.sha256, from_tar.sha256);
    EXPECT_EQ(from_zip.links, from_tar.links);
    EXPECT_EQ(from_zip.notes, from_tar.notes);
    return from_zip;
  }
  std::filesystem::path stored_path(const ProjectTree& tree, std::string_view path) {
    return store_->trees_dir() / tree.sha256 / path;
  }
};

TEST_F(ImportRulesTest, RemovesOneTopFolder) {
  ProjectTree tree = taken({.files = {{"repo-main/a.c", "1"}, {"repo-main/d/b", "2"}}});
  EXPECT_EQ(tree.notes.root, "repo-main");
  EXPECT_THAT(paths_of(tree), ElementsAre("a.c", "d/b"));
  EXPECT_EQ(stored_content(tree, "d/b"), "2");
  EXPECT_EQ(tree.sha256, taken({.files = {{"a.c", "1"}, {"d/b", "2"}}}).sha256);
  EXPECT_EQ(store_->tree(tree.sha256)->files, tree.files);
}

TEST_F(ImportRulesTest, KeepsTheTopFolderIfRequested) {
  ProjectTree tree = accepted(zip({stored("repo/a", "1")}));
  EXPECT_EQ(tree.notes.root, "");
  EXPECT_THAT(paths_of(tree), ElementsAre("repo/a"));
}

TEST_F(ImportRulesTest, KeepsTheTopFolderIfThereIsAnotherEntry) {
  EXPECT_EQ(taken({.files = {{"d/a", "1"}, {"d-b", "2"}}}).notes.root, "");
  EXPECT_EQ(taken({.files = {{"d/a", "1"}, {"e/a", "2"}}}).notes.root, "");
  EXPECT_EQ(taken({.files = {{"d/a", "1"}}, .links = {{"l", "d"}}}).notes.root, "");
  EXPECT_EQ(taken({.files = {{"a", "1"}}}).notes.root, "");
  EXPECT_EQ(uploaded(zip({stored("d/a", "1"), folder("empty/")})).notes.root, "");
}

TEST_F(ImportRulesTest, RemovesOneFolderAndNotTheNext) {
  ProjectTree tree = taken({.files = {{"a/b/c", "1"}}});
  EXPECT_EQ(tree.notes.root, "a");
  EXPECT_THAT(paths_of(tree), ElementsAre("b/c"));
}

TEST_F(ImportRulesTest, SystemFilesNextToTheTopFolderDoNotCount) {
  ProjectTree tree = taken({.files = {{"repo/a.c", "1"},
                                      {"__MACOSX/repo/._a.c", "x"},
                                      {".DS_Store", "x"},
                                      {"repo/Thumbs.db", "x"},
                                      {"repo/d/._b", "x"}}});
  EXPECT_EQ(tree.notes.root, "repo");
  EXPECT_THAT(paths_of(tree), ElementsAre("a.c"));
  EXPECT_EQ(tree.notes.warning_count, 1);
  EXPECT_THAT(warnings_of(tree), ElementsAre(HasSubstr("and 3 more entries")));
}

TEST_F(ImportRulesTest, KeepsLinksThatStayInside) {
  ProjectTree tree = taken({.files = {{"p/d/a", "1"}, {"p/b", "2"}},
                            .links = {{"p/l", "d"},
                                      {"p/d/up", "../b"},
                                      {"p/through", "l/up"},
                                      {"p/dangling", "no/../such"},
                                      {"p/self", "."},
                                      {"p/loop", "pool"},
                                      {"p/pool", "loop"},
                                      {"p/d/root", ".."}}});
  EXPECT_THAT(warnings_of(tree), IsEmpty());
  EXPECT_EQ(tree.links.size(), 8u);
  for (const ProjectLink& link : tree.links) {
    EXPECT_EQ(std::filesystem::read_symlink(stored_path(tree, link.path)), link.target);
  }
  EXPECT_EQ(store_->tree(tree.sha256)->links, tree.links);
  EXPECT_THAT(paths_of(tree), ElementsAre("b", "d/a"));
}

TEST_F(ImportRulesTest, LeavesOutLinksThatLeadOut) {
  std::vector<std::pair<std::string, std::string>> leaving{
      {"abs", "/etc/passwd"},   {"up", ".."},           {"d/up", "../.."},
      {"sneaky", "d/../../x"},  {"via", "abs/x"},       {"d/back", "../d/../../d/a"},
      {"chain1", "d/in/../.."}, {"empty_dots", "../."}, {"slash", "/"}};
  Members members{.files = {{"d/a", "1"}, {"b", "2"}}, .links = leaving};
  members.links.push_back({"d/in", ".."});  // to the root; one step further is outside
  ProjectTree tree = taken(members);
  EXPECT_THAT(tree.links, ElementsAre(ProjectLink{"d/in", ".."}));
  EXPECT_EQ(tree.notes.warning_count, static_cast<std::int64_t>(leaving.size()));
  for (const auto& [path, target] : leaving) {
    EXPECT_EQ(std::filesystem::symlink_status(stored_path(tree, path)).type(),
              std::filesystem::file_type::not_found)
        << path;
  }
}

// The top folder is removed, so ".." in it is outside.
TEST_F(ImportRulesTest, ALinkIsCheckedAgainstTheProjectAndNotTheArchive) {
  Members members{.files = {{"repo/a", "1"}}, .links = {{"repo/l", "../repo/a"}}};
  EXPECT_THAT(taken(members).links, IsEmpty());
  EXPECT_EQ(accepted(as_zip(members)).links.size(), 1u);
}

TEST_F(ImportRulesTest, LeavesOutTargetsThatAreNotNames) {
  ProjectTree tree = taken(
      {.files = {{"a", "1"}}, .links = {{"l1", "x\x1b[31m"}, {"l2", "C:\\x"}, {"l3", "a\u202e"}}});
  EXPECT_THAT(tree.links, IsEmpty());
  EXPECT_EQ(tree.notes.warning_count, 3);
  EXPECT_EQ(uploaded(zip({stored("a", "1"), stored("l", "", kLink)})).notes.warning_count, 1);
  std::string longest(1025, 'x');
  EXPECT_EQ(uploaded(zip({stored("a", "1"), stored("l", longest, kLink)})).notes.warning_count, 1);
}

TEST_F(ImportRulesTest, AFolderWithOnlyLeftOutLinksCountsAsEmpty) {
  Members members{.files = {{"a", "1"}}, .links = {{"d/l", "/etc"}}};
  ProjectTree tree = taken(members);
  EXPECT_EQ(tree.sha256, uploaded(zip({stored("a", "1"), folder("d/")})).sha256);
  EXPECT_NE(tree.sha256, taken({.files = {{"a", "1"}}}).sha256);
}

TEST_F(ImportRulesTest, DistinguishesTreesWithOtherLinks) {
  auto hash = [&](const char* path, const char* target) {
    return taken({.files = {{"a", "1"}}, .links = {{path, target}}}).sha256;
  };
  EXPECT_NE(hash("l", "a"), hash("l", "b"));
  EXPECT_NE(hash("l", "a"), hash("m", "a"));
  EXPECT_NE(hash("l", "a"), taken({.files = {{"a", "1"}, {"l", "a"}}}).sha256);
}

TEST_F(ImportRulesTest, RefusesLinksThatTakeTooLongToResolve) {
  // Each link doubles the path, and the target has half of a thousand components.
  Members members{.files = {{"a", "1"}}};
  std::string dots;
  for (int i = 0; i < 500; ++i) dots += "./";
  for (int i = 0; i < 4000; ++i) {
    std::string next = "l" + std::to_string(i + 1);
    members.links.push_back({"l" + std::to_string(i), dots + next});
  }
  EXPECT_THAT(refused(as_zip(members)), HasSubstr("refer to each other too many times"));
}

TEST_F(ImportRulesTest, KeepsAHundredWarningsAndCountsAll) {
  Members members{.files = {{"a", "1"}, {".DS_Store", "x"}}};
  for (int i = 0; i < 150; ++i) members.links.push_back({"l" + std::to_string(i), "/etc"});
  ProjectTree tree = taken(members);
  EXPECT_EQ(tree.notes.warnings.size(), 100u);
  EXPECT_EQ(tree.notes.warning_count, 151);
  EXPECT_EQ(tree.notes.warnings[0].path, ".DS_Store");
}

TEST_F(ImportRulesTest, TreatsBackslashesAsSeparatorsIfNoNameHasASlash) {
  ProjectTree tree = uploaded(zip({stored("Project\\", "", 0), stored("Project\\src\\a.cs", "1", 0),
                                   stored("Project\\b.cs", "2", 0)}));
  EXPECT_EQ(tree.notes.root, "Project");
  EXPECT_THAT(paths_of(tree), ElementsAre("b.cs", "src/a.cs"));
}

TEST_F(ImportRulesTest, RefusesAttacksInBackslashes) {
  std::filesystem::create_directories(root());
  EXPECT_THAT(refused(zip({stored("..\\evil", "1"), stored("c/d", "1")})), HasSubstr("backslash"));
  for (const char* name : {"..\\evil", "a\\..\\..\\evil", "C:\\evil", "\\\\srv\\evil", "\\evil"}) {
    EXPECT_NE(refused(zip({stored(name, "1")})), "") << name;
    EXPECT_NE(refused(tar_file(name, "1") + tar_end()), "") << name;
  }
}

TEST_F(ImportRulesTest, ReadsNamesOfAZipAsTheFormatSays) {
  auto name_of = [&](const std::string& bytes) {
    return paths_of(uploaded(zip({stored(bytes, "1")})))[0];
  };
  EXPECT_EQ(name_of("caf\x82.txt"), "caf\u00e9.txt");
  EXPECT_EQ(name_of("\x81\x9a\x80\xe1.c"), "\u00fc\u00dc\u00c7\u00df.c");
  EXPECT_EQ(name_of("\xb0\xdb\xfe\xff"), "\u2591\u2588\u25a0\u00a0");
  EXPECT_EQ(name_of("caf\u00e9.txt"), "caf\u00e9.txt") << "UTF-8 without its flag";
  // Shift JIS for a character whose second byte is a backslash's, next to a name with a slash.
  ProjectTree tree = uploaded(zip({stored("d/\x95\x5c.txt", "1"), stored("a", "1")}));
  EXPECT_THAT(paths_of(tree), ElementsAre("a", "d/\u00f2%5C.txt"));
}

TEST_F(ImportRulesTest, PercentEncodesNamesOfATarThatAreNotUtf8) {
  ProjectTree tree =
      uploaded(tar_file("caf\xe9.txt", "1") + tar_file("a", "1") +
               tar_entry({.name = "l", .type = '2', .link = "caf\xe9.txt"}) +
               tar_entry({.name = "h", .type = '1', .link = "caf\xe9.txt"}) + tar_end());
  EXPECT_THAT(paths_of(tree), ElementsAre("a", "caf%E9.txt", "h"));
  EXPECT_THAT(tree.links, ElementsAre(ProjectLink{"l", "caf%E9.txt"}));
  EXPECT_THAT(warnings_of(tree),
              ElementsAre(StartsWith("caf%E9.txt: has a name that is not UTF-8")));
}

TEST_F(ImportRulesTest, KeepsABackslashThatIsPartOfAUnixName) {
  ProjectTree tree = taken({.files = {{"d/a\\x2db.mount", "1"}, {"a", "1"}}});
  EXPECT_THAT(paths_of(tree), ElementsAre("a", "d/a%5Cx2db.mount"));
  EXPECT_THAT(warnings_of(tree), ElementsAre(StartsWith("d/a%5Cx2db.mount: has backslashes")));
}

TEST_F(ImportRulesTest, AHardLinkIsACopy) {
  ProjectTree tree =
      uploaded(tar_file("run", "#!/bin/sh\n", 0755) +
               tar_entry({.name = "d/again", .type = '1', .link = "./run"}) + tar_end());
  EXPECT_EQ(stored_content(tree, "d/again"), "#!/bin/sh\n");
  EXPECT_EQ(tree.files[0], (ProjectFile{"d/again", 10, true, "sh"}));
  EXPECT_EQ(std::filesystem::hard_link_count(stored_path(tree, "run")), 1u);
}

TEST_F(ImportRulesTest, AcceptsARepeatedFolderAndOneWithTheModeOfAFile) {
  EXPECT_EQ(uploaded(tar_entry({.name = "d/", .type = '5'}) + tar_file("d/a", "1") +
                     tar_entry({.name = "d/", .type = '5'}) + tar_file("b", "1") + tar_end())
                .files.size(),
            2u);
  EXPECT_THAT(
      paths_of(uploaded(zip({stored("d/", "", 0100644), stored("d/a", "1"), stored("b", "1")}))),
      ElementsAre("b", "d/a"));
}

TEST_F(ImportRulesTest, AcceptsConcatenatedTars) {
  std::string both = tar_file("a", "1") + tar_end() + tar_file("b", "2") + tar_end();
  EXPECT_THAT(paths_of(uploaded(both)), ElementsAre("a", "b"));
  EXPECT_THAT(paths_of(uploaded(forge::gzipped(tar_file("a", "1") + tar_end()) +
                                forge::gzipped(tar_file("b", "2") + tar_end()))),
              ElementsAre("a", "b"));
  EXPECT_THAT(paths_of(uploaded(forge::gzipped(both) + std::string(1024, '\0'))),
              ElementsAre("a", "b"));
}

TEST_F(ImportRulesTest, TakesASingleSourceFile) {
  auto add_named = [&](std::string_view bytes, const std::string& name) {
    return add(bytes, {.file_name = name});
  };
  auto tree = add_named("int main() {}\n", "main.c");
  ASSERT_TRUE(tree) << tree.error().message();
  EXPECT_THAT(tree->files, ElementsAre(ProjectFile{"main.c", 14, false}));
  EXPECT_EQ(tree->notes.root, "");
  ASSERT_TRUE(store_->remove(tree->sha256));
  EXPECT_THAT(add_named("not a zip", "x.zip").error().message(),
              HasSubstr("does not match its name"));
  EXPECT_THAT(add_named("a\0b"s, "x.c").error().message(), HasSubstr("unknown format"));
  EXPECT_THAT(add_named("hello", "").error().message(), HasSubstr("?name=main.c"));
  EXPECT_THAT(add_named("hello", "..").error().message(), HasSubstr("leads out"));
  EXPECT_THAT(add_named("hello", "a/b").error().message(), HasSubstr("is not a file name"));
  EXPECT_EQ(files_below(root()), 0);
}

TEST_F(ImportRulesTest, RefusesAnEmptyProjectWithAMessage) {
  EXPECT_THAT(refused(zip({folder("a/"), folder("a/b/")})), HasSubstr("only empty folders"));
  EXPECT_THAT(refused(zip({stored("l", "x", kLink)})), HasSubstr("it contains no file"));
  EXPECT_THAT(refused(zip({stored("__MACOSX/._a", "x")})), HasSubstr("it contains no file"));
}

TEST_F(ImportRulesTest, NotesTheInterpreterOfAScript) {
  for (auto [line, name] : {std::pair{"#!/bin/sh -e\n", "sh"},
                            {"#!/usr/bin/env python3\n", "python3"},
                            {"#! /usr/bin/env -S A=b bash -x\r\n", "bash"},
                            {"#!/usr/bin/perl", "perl"},
                            {"#!/usr/bin/env\n", ""},
                            {"#!\n", ""},
                            {"# !/bin/sh\n", ""},
                            {"#!/bin/\x1b[31m\n", ""}}) {
    ProjectTree tree = uploaded(zip({stored("x", line)}));
    EXPECT_EQ(tree.files[0].interpreter, name) << line;
    EXPECT_EQ(store_->tree(tree.sha256)->files, tree.files);
  }
}

}  // namespace
}  // namespace glovebox
