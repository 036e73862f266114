// docs/system-calls.md is generated from the table of calls and the recording in tests/calls. With
// GLOVEBOX_WRITE_DOCS=1 this test writes it.
#include "sandbox/seccomp/job_calls.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

namespace glovebox {
namespace {

std::filesystem::path root() {
  return GLOVEBOX_SOURCE_DIR;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// System call → the tools that were recorded making it.
std::map<std::string, std::string> read_recording() {
  std::map<std::string, std::string> users;
  std::istringstream lines(read(root() / "tests/calls/recorded.tsv"));
  std::string call, refused, tools;
  while (std::getline(lines, call, '\t') && std::getline(lines, refused, '\t') &&
         std::getline(lines, tools)) {
    users[call] = tools;
  }
  return users;
}

// If most tools make a call, the document says "most".
std::string users_of(const std::map<std::string, std::string>& recording, const std::string& call) {
  auto found = recording.find(call);
  if (found == recording.end()) return "libc, other programs";
  auto tools =
      static_cast<std::size_t>(std::count(found->second.begin(), found->second.end(), ' ') + 1);
  constexpr std::size_t kMany = 8;
  if (tools > kMany) return fmt::format("{} of the shipped tools", tools);
  return found->second;
}

std::string make_page() {
  auto recording = read_recording();
  std::string page =
      "# System calls of a job\n\n"
      "Made from `src/sandbox/seccomp/job_calls.cc` and `tests/calls/recorded.tsv`; a unit test "
      "holds it "
      "to them. The landlock tier\nchanges some rules: `src/sandbox/seccomp/landlock_calls.cc`, "
      "and "
      "[sandbox.md](sandbox.md). A call that is not here answers ENOSYS.\n\n## Allowed\n";
  for (const CallGroup& group : call_groups()) {
    page +=
        fmt::format("\n### {}\n\n{}\n\n| call | arguments | recorded of |\n| --- | --- | --- |\n",
                    group.name, group.why_safe);
    for (const JobCall& call : job_calls()) {
      if (call.group != group.name) continue;
      page += fmt::format("| `{}` | {} | {} |\n", call.name,
                          call.arguments.empty() ? "any" : call.arguments,
                          users_of(recording, call.name));
    }
  }
  page +=
      "\n## Asked of the supervisor\n\nAllowed to a tool whose manifest says `needs = [\"ipc\"]`; "
      "ENOSYS to others. Its init is not reused.\n\n| call |\n| --- |\n";
  for (const char* name : ipc_calls()) page += fmt::format("| `{}` |\n", name);
  page +=
      "\n## Refused\n\nEPERM, whatever the arguments. In the namespaces tier the supervisor "
      "answers "
      "`chroot`: it allows it to\nan init whose job has another root "
      "([sandbox.md](sandbox.md)).\n\n| call |\n| --- |\n";
  for (const char* name : refused_calls()) page += fmt::format("| `{}` |\n", name);
  return page;
}

TEST(JobCallsTest, TheDocumentMatchesTheFilter) {
  if (!std::filesystem::exists(root())) GTEST_SKIP() << "run where the sources are not";
  std::string page = make_page();
  if (std::getenv("GLOVEBOX_WRITE_DOCS") != nullptr) {
    std::ofstream(root() / "docs/system-calls.md") << page;
  }
  EXPECT_EQ(read(root() / "docs/system-calls.md"), page)
      << "write it again: GLOVEBOX_WRITE_DOCS=1 sandbox_test --gtest_filter=JobCallsTest.*";
}

// Every call on the list must have been recorded, except those that libc may make instead.
TEST(JobCallsTest, NoRecordedCallOfAShippedToolIsRefused) {
  std::set<std::string> refused(refused_calls().begin(), refused_calls().end());
  for (const auto& [call, tools] : read_recording()) {
    EXPECT_FALSE(refused.contains(call)) << call << ": " << tools;
  }
}

}  // namespace
}  // namespace glovebox
