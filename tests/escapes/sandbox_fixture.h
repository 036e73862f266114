// The fixture of every attack: a real launcher with real slots, and sandboxees that run inside
// them.
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

// The timeout of a test; never an expected duration.
inline constexpr std::chrono::seconds kPatience{60};
// GLOVEBOX_TEST_PATIENCE: the factor for slow machines, such as emulated ones; default 1.
int patience_factor();
// The number of repetitions there that takes as long as `times` elsewhere.
int repetitions(int times);

class SandboxFixture : public ::testing::Test {
 protected:
  SandboxFixture();
  ~SandboxFixture() override;

  // Call before the first use; the project root is filled in.
  void use(LauncherOptions options) { options_ = std::move(options); }
  // The tier to request, if not the one under test; none: any.
  void ask_for(Tier tier) { tier_to_try_ = tier; }
  // Fails the test if a layer is off that every host of this tier has, because the rest would prove
  // nothing.
  Result<void> launch();
  LauncherProcess& launcher();
  Sandbox& sandbox();
  // Ends the launcher, so that the next use starts another.
  void end_launcher();

  // The sandboxee with these arguments, in a project that contains it; small limits, time limits
  // multiplied by the patience factor.
  SandboxSpec spec(const std::string& sandboxee, std::vector<std::string> arguments = {});
  // That root, as an image has it.
  void make_image_root() const;
  // Standard input that ends when the returned descriptor is closed.
  struct Input {
    UniqueFd for_job;
    UniqueFd for_test;
  };
  static Input make_input();

  std::unique_ptr<ActiveRun> start(SandboxSpec spec, UniqueFd in = UniqueFd());
  // In the landlock tier, replaces the job's folders in its output by /work and /tmp.
  FinishedRun wait(ActiveRun& run);
  FinishedRun run(SandboxSpec spec, UniqueFd in = UniqueFd());
  // Runs the loop until `done`; false on a timeout.
  bool pump_until(const std::function<bool()>& done);
  bool wait_for_output(ActiveRun& run, std::string_view text);

  bool has_layer(std::string_view layer);
  // The tier under test: namespaces, or GLOVEBOX_TEST_TIER.
  static Tier tier();
  static bool in_namespaces() { return tier() == Tier::kNamespaces; }
  // GLOVEBOX_TEST_ROOT=image: what spec() makes runs in a root of its own, with nothing of the
  // host's /usr in it.
  static bool in_an_image();
  // Where a job may write.
  static std::vector<std::string> writable_folders();

  // A text that is in no other process's arguments.
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

// The path of the program of that name on the host.
std::string sandboxee_path(const std::string& name);

// On failure each prints how the job ended, and its output.
::testing::AssertionResult exited(const FinishedRun& run, int code);
::testing::AssertionResult signaled(const FinishedRun& run, int signal);
::testing::AssertionResult limit_exceeded(const FinishedRun& run, LimitKind which);
::testing::AssertionResult violated(const FinishedRun& run);
::testing::AssertionResult cancelled(const FinishedRun& run);
// The job never ran, or its end is unknown.
::testing::AssertionResult failed(const FinishedRun& run);

}  // namespace glovebox
