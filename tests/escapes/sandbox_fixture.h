// The fixture of every attack: a real launcher with real slots, and sandboxees run inside them.
//
// The launcher starts at the first use, while the process has one thread; a test that starts
// threads calls sandbox() before.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "active_run.h"
#include "sandbox/pool/launcher_process.h"
#include "sandbox/sandbox.h"

namespace glovebox {

// How long anything may take before a test gives up; never how long it should take.
inline constexpr std::chrono::seconds kPatience{60};
// GLOVEBOX_TEST_PATIENCE: how many times longer on a slow machine, such as an emulated one; else 1.
int patience_factor();
// How often to do there what is done `times` elsewhere, so that it takes as long.
int repetitions(int times);

class SandboxFixture : public ::testing::Test {
 protected:
  SandboxFixture();
  ~SandboxFixture() override;

  // Call before the first use; the project root is filled in.
  void use(LauncherOptions options) { options_ = std::move(options); }
  // Another tier than the one under test to ask for: none, for whichever can be had.
  void ask_for(Tier tier) { tier_to_try_ = tier; }
  // Fails the test where a layer is off that every host of this tier has: what follows would prove
  // nothing.
  Result<void> launch();
  LauncherProcess& launcher();
  Sandbox& sandbox();
  // Ends the launcher, so that the next use starts another.
  void end_launcher();

  // The sandboxee with these arguments, in a project that holds it; small limits, those of time
  // times the patience factor.
  SandboxSpec spec(const std::string& sandboxee, std::vector<std::string> arguments = {});
  // Standard input that ends when the returned descriptor is closed.
  struct Input {
    UniqueFd for_job;
    UniqueFd for_test;
  };
  static Input make_input();

  std::unique_ptr<ActiveRun> start(SandboxSpec spec, UniqueFd in = UniqueFd());
  // In the landlock tier paths of the job's folders begin with /work and /tmp in what it said.
  FinishedRun wait(ActiveRun& run);
  FinishedRun run(SandboxSpec spec, UniqueFd in = UniqueFd());
  // Runs the loop until `done`; false where that takes longer than our patience.
  bool pump_until(const std::function<bool()>& done);
  bool wait_for_output(ActiveRun& run, std::string_view text);

  bool has_layer(std::string_view layer);
  // Which tier is under test: namespaces, or what GLOVEBOX_TEST_TIER says. With
  // GLOVEBOX_TEST_LANDLOCK_ABI, no more of Landlock is used than that ABI has.
  static Tier tier();
  static bool in_namespaces() { return tier() == Tier::kNamespaces; }
  // Where a job may write.
  static std::vector<std::string> writable_folders();

  // A text that stands in no other process's arguments.
  static std::string make_marker();
  // On the host; in the landlock tier never below /tmp, which would mean the job's own.
  const std::filesystem::path& directory() const { return directory_; }
  // A file of ours on the host, readable by all.
  std::string make_host_file(const std::string& name);
  std::filesystem::path project(const std::string& name);

 private:
  std::filesystem::path directory_;
  LauncherOptions options_;
  std::optional<Tier> tier_to_try_;
  boost::asio::io_context loop_;
  std::optional<LauncherProcess> launcher_;
  std::unique_ptr<Sandbox> sandbox_;
};

// Where the program of that name lies on the host.
std::string sandboxee_path(const std::string& name);

// Each says how the job ended instead, and what it wrote.
::testing::AssertionResult exited(const FinishedRun& run, int code);
::testing::AssertionResult signaled(const FinishedRun& run, int signal);
::testing::AssertionResult limit_exceeded(const FinishedRun& run, LimitKind which);
::testing::AssertionResult violated(const FinishedRun& run);
::testing::AssertionResult cancelled(const FinishedRun& run);
// The job never ran, or its end is unknown.
::testing::AssertionResult failed(const FinishedRun& run);

}  // namespace glovebox
