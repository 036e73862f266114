// A project that real programs pack, and the expected result. If a program is not installed, the
// test is skipped, and ./test counts it.
#pragma once

#include <cstdlib>
#include <string>

#include "projects/store_fixture.h"

namespace glovebox {

class RealArchiveFixture : public StoreFixture {
 protected:
  RealArchiveFixture() : StoreFixture(Where::kDisk) {}

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

  // Runs a shell line in the parent folder of the project. It must create OUT, which is then added.
  // False if the program is missing.
  bool add_made_by(const std::string& program, const std::string& line) {
    if (std::system(("command -v " + program + " > /dev/null").c_str()) != 0) return false;
    std::string command =
        "cd '" + folder_.path().string() + "' && rm -f OUT && export LC_ALL=C.UTF-8 && " + line;
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    std::ifstream in(folder_.path() / "OUT", std::ios::binary);
    auto tree = add(std::string(std::istreambuf_iterator<char>(in), {}), {.top = top_});
    EXPECT_TRUE(tree) << line << ": " << tree.error().message();
    tree_ = tree ? *tree : ProjectTree{};
    return true;
  }

  // All calls return the tree that copying the directory gives.
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

  // Like an upload without options, in any layout: the same tree that copying gives.
  void expect_same_project(const std::string& program, const std::string& line) {
    top_ = TopFolder::kTakenOff;
    if (!add_made_by(program, line)) GTEST_SKIP() << program << " is not installed";
    auto copy = store_->add_directory(folder_.path() / "project");
    ASSERT_TRUE(copy) << copy.error().message();
    EXPECT_EQ(tree_.files, copy->files) << line;
    EXPECT_EQ(tree_.links, copy->links) << line;
    EXPECT_EQ(tree_.sha256, copy->sha256) << line;
  }

  ProjectTree tree_;
  TopFolder top_ = TopFolder::kKept;
};

}  // namespace glovebox
