#include "mcp/progress.h"

#include <gtest/gtest.h>

#include <string>

namespace glovebox {
namespace {

using std::chrono::milliseconds;

const SteadyTime kStart{std::chrono::hours(1)};

std::string text_of(const std::optional<boost::json::object>& notification) {
  if (!notification) return "(none)";
  return std::string(notification->at("params").at("message").as_string());
}

TEST(McpProgressTest, TheFirstIsToldAtOnceAndTheNextAfterAWhile) {
  McpProgress progress("t", kStart);
  progress.say("waits");
  EXPECT_EQ(text_of(progress.take(kStart)), "waits");
  progress.say("running");
  progress.add_output("one\ntwo\npart");
  EXPECT_FALSE(progress.take(kStart + milliseconds(499)).has_value());
  EXPECT_EQ(progress.patience(kStart + milliseconds(499)), milliseconds(1));
  auto second = progress.take(kStart + milliseconds(500));
  EXPECT_EQ(text_of(second), "running\none\ntwo");
  EXPECT_EQ(second->at("params").at("progress"), 2);
  EXPECT_EQ(second->at("params").at("progressToken"), "t");
}

TEST(McpProgressTest, SilenceHasABound) {
  McpProgress progress(1, kStart);
  progress.say("running");
  EXPECT_TRUE(progress.take(kStart).has_value());
  SteadyTime later = kStart + McpProgress::kSilence;
  EXPECT_FALSE(progress.take(later - milliseconds(1)).has_value());
  EXPECT_EQ(text_of(progress.take(later)), "running");
}

TEST(McpProgressTest, OnlyTheLastLinesAreToldAndTheRestCounted) {
  McpProgress progress("t", kStart);
  for (std::size_t i = 0; i < McpProgress::kMaxLines + 5; ++i) {
    progress.add_output("line " + std::to_string(i) + "\n");
  }
  std::string text = text_of(progress.take(kStart));
  EXPECT_TRUE(text.starts_with("(5 lines left out)\nline 5\n")) << text;
  EXPECT_TRUE(text.ends_with("line 24")) << text;
}

TEST(McpProgressTest, ALongLineIsCut) {
  McpProgress progress("t", kStart);
  progress.add_output(std::string(1 << 20, 'x') + "\n");
  EXPECT_EQ(text_of(progress.take(kStart)).size(), McpProgress::kMaxLineBytes);
}

TEST(McpProgressTest, AtTheEndAllThatIsLeftIsTold) {
  McpProgress progress("t", kStart);
  progress.say("running");
  EXPECT_TRUE(progress.take(kStart).has_value());
  progress.add_output("last\n");
  progress.finish();
  EXPECT_EQ(text_of(progress.take(kStart)), "last");
  EXPECT_FALSE(progress.take(kStart + std::chrono::hours(1)).has_value());
}

TEST(McpProgressTest, NothingIsDueWithoutAToken) {
  McpProgress progress(nullptr, kStart);
  progress.say("running");
  progress.add_output("one\n");
  EXPECT_FALSE(progress.take(kStart + std::chrono::hours(1)).has_value());
}

}  // namespace
}  // namespace glovebox
