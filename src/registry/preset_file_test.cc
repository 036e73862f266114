#include "registry/preset_file.h"

#include <gtest/gtest.h>

#include <string>

#include "temp_folder.h"

namespace glovebox {
namespace {

constexpr const char* kLinterManifest = R"(
id = "linter"
name = "Linter"
description = "For tests."
category = "Tests"
command = ["true", "{level}"]
[[parameters]]
name = "level"
title = "Level"
description = "How strict."
type = "integer"
minimum = 1
maximum = 9
required = true
)";

class PresetFileTest : public ::testing::Test {
 protected:
  PresetFileTest() {
    folder_.write("tools/linter.toml", kLinterManifest);
    registry_ = ToolRegistry::load({{folder_.path() / "tools"}, {}, {}}, problems_);
    EXPECT_TRUE(problems_.empty());
  }
  std::optional<Preset> parse(const std::string& text,
                              const std::string& name = "homework-3.toml") {
    problems_.clear();
    return parse_preset(text, name, registry_, problems_);
  }
  // "LINE FIELD: MESSAGE" of the only problem.
  std::string problem(const std::string& text) {
    EXPECT_FALSE(parse(text));
    EXPECT_EQ(problems_.size(), 1U);
    if (problems_.empty()) return "";
    const ManifestProblem& first = problems_.front();
    return std::to_string(first.line) + " " + first.field + ": " + first.message;
  }

  TempFolder folder_;
  std::vector<ManifestProblem> problems_;
  ToolRegistry registry_;
};

TEST_F(PresetFileTest, ReadsEverything) {
  auto preset = parse(R"(
title = "Homework 3"
text = """
First.

Second."""
tools = ["linter"]
timeout = "30s"
[limits]
project_bytes = "10MiB"
project_files = 500
[parameters.linter]
level = 3
)");
  ASSERT_TRUE(preset);
  EXPECT_EQ(preset->name, "homework-3");
  EXPECT_EQ(preset->title, "Homework 3");
  EXPECT_EQ(preset->tools, std::vector<ToolId>{ToolId("linter")});
  EXPECT_EQ(preset->parameters.at(ToolId("linter")).at("level").as_int64(), 3);
  EXPECT_EQ(preset->timeout, std::chrono::milliseconds(30'000));
  EXPECT_EQ(preset->project_bytes, ByteCount(10 << 20));
  EXPECT_EQ(preset->project_files, 500);
}

TEST_F(PresetFileTest, NamesWhatIsWrongAndWhere) {
  std::string rest = "\ntitle = \"T\"\n[parameters.linter]\nlevel = 3\n";
  EXPECT_TRUE(parse("tools = [\"linter\"]" + rest));
  EXPECT_NE(problem("tools = [\"linter\", \"lintre\"]" + rest).find("lintre"), std::string::npos);
  EXPECT_NE(problem("tools = [\"linter\", \"linter\"]" + rest).find("twice"), std::string::npos);
  EXPECT_EQ(problem("tools = [\"linter\"]\nlevle = 1" + rest).substr(0, 8), "2 levle:");
  EXPECT_NE(problem("tools = [\"linter\"]" + rest + "[parameters.other]\na = 1\n").find("not one"),
            std::string::npos);
  EXPECT_NE(problem("tools = [\"linter\"]\ntitle = \"T\"\n[parameters.linter]\nlevel = 10\n")
                .find("parameters.linter"),
            std::string::npos);
  EXPECT_NE(problem("tools = [\"linter\"]\ntitle = \"T\"\n").find("level"), std::string::npos)
      << "a required parameter";
  EXPECT_NE(problem("tools = [\"linter\"]\ntitle = \"T\"\n[parameters.linter]\nlevel = [1]\n")
                .find("level"),
            std::string::npos);
  EXPECT_NE(problem("tools = [\"linter\"]\ntimeout = \"25h\"" + rest).find("24h"),
            std::string::npos);
  EXPECT_NE(problem("tools = [").find("not valid TOML"), std::string::npos);
  EXPECT_FALSE(parse("tools = []" + rest));
  EXPECT_FALSE(parse("title = 3"));
}

TEST_F(PresetFileTest, TheFilesNameIsAnAddress) {
  std::string good = "title = \"T\"\ntools = [\"linter\"]\n[parameters.linter]\nlevel = 3\n";
  EXPECT_TRUE(parse(good, std::string(64, 'a') + ".toml"));
  for (const std::string& name : {std::string(65, 'a'), std::string("A"), std::string("a b"),
                                  std::string("-a"), std::string("ä")}) {
    EXPECT_FALSE(parse(good, name + ".toml")) << name;
  }
}

TEST_F(PresetFileTest, AFolderIsReadByNameAndABadFileIsLeftOut) {
  std::string good = "title = \"T\"\ntools = [\"linter\"]\n[parameters.linter]\nlevel = 3\n";
  folder_.write("presets/b.toml", good);
  folder_.write("presets/a.toml", good);
  folder_.write("presets/bad.toml", "title = 1");
  folder_.write("presets/large.toml", good + std::string(kMaxPresetBytes, '#'));
  folder_.write("presets/.hidden.toml", "x");
  folder_.write("presets/notes.txt", "x");
  problems_.clear();
  std::vector<Preset> presets = load_presets(folder_.path() / "presets", registry_, problems_);
  ASSERT_EQ(presets.size(), 2U);
  EXPECT_EQ(presets[0].name + presets[1].name, "ab");
  for (const ManifestProblem& each : problems_) {
    std::string file = each.file.filename().string();
    EXPECT_TRUE(file == "bad.toml" || file == "large.toml") << file;
  }
  problems_.clear();
  EXPECT_TRUE(load_presets(folder_.path() / "none", registry_, problems_).empty());
  EXPECT_EQ(problems_.size(), 1U);
}

}  // namespace
}  // namespace glovebox
