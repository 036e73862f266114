#include "sandbox_fixture.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "model/outcome.h"

namespace glovebox {
namespace fs = std::filesystem;

namespace {

// For other layers (cgroups, Landlock, own uid) tests call has_layer().
constexpr std::array kNamespacesOfEveryHost{
    "user-namespace", "pid-namespace", "mount-namespace",   "network-namespace",
    "ipc-namespace",  "uts-namespace", "cgroup-namespace",  "read-only-root",
    "rlimits",        "capabilities",  "no-new-privileges", "seccomp"};
constexpr std::array kLandlockOfEveryHost{"process-group",     "rlimits",  "capabilities",
                                          "no-new-privileges", "landlock", "seccomp",
                                          "seccomp-broker"};

// A program of this machine, with the libraries that ldd(1) lists, at the same paths in `root`.
void copy_program(const std::string& name, const fs::path& root) {
  std::vector<std::string> paths{"/usr/bin/" + name};
  std::FILE* listed = ::popen(("ldd " + paths.front() + " 2>/dev/null").c_str(), "r");
  char line[1024];
  while (listed != nullptr && std::fgets(line, sizeof line, listed) != nullptr) {
    std::string_view text = line;
    std::size_t start = text.find('/');
    if (start == std::string_view::npos) continue;  // the vdso
    text.remove_prefix(start);
    paths.emplace_back(text.substr(0, text.find(' ')));
  }
  if (listed != nullptr) ::pclose(listed);
  for (const std::string& path : paths) {
    fs::path target = root / path.substr(1);
    fs::create_directories(target.parent_path());
    fs::copy_file(path, target, fs::copy_options::skip_existing);
  }
}

}  // namespace

int patience_factor() {
  const char* factor = std::getenv("GLOVEBOX_TEST_PATIENCE");
  return factor == nullptr ? 1 : std::clamp(std::atoi(factor), 1, 100);
}

int repetitions(int times) {
  return std::max(1, times / patience_factor());
}

SandboxFixture::SandboxFixture() {
  fs::path place = fs::temp_directory_path();
  if (!in_namespaces() && place.string().starts_with("/tmp")) place = "/var/tmp";
  std::string pattern = (place / "glovebox-escapes-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp: " + pattern);
  directory_ = pattern;
  // Accessible to all: only the sandbox must keep a job out.
  fs::permissions(directory_, fs::perms(0755));
  fs::create_directory(directory_ / "projects");
  options_.slots = 1;
}

SandboxFixture::~SandboxFixture() {
  end_launcher();
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

Result<void> SandboxFixture::launch() {
  LauncherOptions options = options_;
  options.project_root = directory_ / "projects";
  if (in_an_image() && options.roots_dir.empty()) {
    make_image_root();
    options.roots_dir = directory_ / "roots";
  }
  options.work_root = directory_ / "work";
  options.tier = tier_to_try_.value_or(tier());
  if (const char* abi = std::getenv("GLOVEBOX_TEST_LANDLOCK_ABI")) {
    options.landlock_abi_at_most = std::atoi(abi);
  }
  Result<LauncherProcess> spawned = LauncherProcess::spawn(options);
  if (spawned.has_error()) return spawned.error();
  launcher_.emplace(std::move(spawned).value());
  const IsolationReport& report = launcher_->isolation();
  // Where it may choose, the test says which.
  if (!tier_to_try_) {
    EXPECT_EQ(report.tier, tier());
  }
  if (report.tier == Tier::kNamespaces) {
    EXPECT_THAT(report.layers, testing::IsSupersetOf(kNamespacesOfEveryHost));
  } else {
    EXPECT_THAT(report.layers, testing::IsSupersetOf(kLandlockOfEveryHost));
  }
  RecordProperty("layers", fmt::format("{}", fmt::join(report.layers, " ")));
  sandbox_ = launcher_->make_sandbox(loop_);
  return ok();
}

Tier SandboxFixture::tier() {
  const char* asked = std::getenv("GLOVEBOX_TEST_TIER");
  return asked != nullptr && std::string_view(asked) == "landlock" ? Tier::kLandlock
                                                                   : Tier::kNamespaces;
}

bool SandboxFixture::in_an_image() {
  const char* asked = std::getenv("GLOVEBOX_TEST_ROOT");
  return asked != nullptr && std::string_view(asked) == "image" && in_namespaces();
}

void SandboxFixture::make_image_root() const {
  fs::path root = directory_ / "roots/image";
  if (fs::exists(root)) return;  // of an earlier launch in this test
  fs::create_directories(root / "usr/bin");
  fs::create_directories(root / "etc");
  fs::create_directory_symlink("usr/bin", root / "bin");
  for (const char* name : {"sh", "true", "sleep", "echo", "ln", "mkdir"}) copy_program(name, root);
  std::ofstream(root / "etc/passwd") << "of-the-image:x:0:0::/:/bin/sh\n";
  std::ofstream(root / "usr/bin/env") << "a file of the system, of which tests know the name\n";
  fs::permissions(directory_ / "roots", fs::perms(0755));
}

std::vector<std::string> SandboxFixture::writable_folders() {
  if (in_namespaces()) return {"/work", "/tmp", "/dev/shm"};
  return {"/work", "/tmp"};
}

LauncherProcess& SandboxFixture::launcher() {
  if (!launcher_) {
    Result<void> launched = launch();
    if (launched.has_error()) throw ResultError(launched.error());
  }
  return *launcher_;
}

Sandbox& SandboxFixture::sandbox() {
  launcher();
  return *sandbox_;
}

void SandboxFixture::end_launcher() {
  sandbox_.reset();
  launcher_.reset();
}

fs::path SandboxFixture::project(const std::string& name) {
  fs::path folder = directory_ / "projects" / name;
  fs::create_directories(folder);
  return folder;
}

SandboxSpec SandboxFixture::spec(const std::string& sandboxee, std::vector<std::string> arguments) {
  fs::path program = project(sandboxee) / sandboxee;
  if (!fs::exists(program)) fs::copy_file(sandboxee_path(sandboxee), program);
  SandboxSpec spec;
  spec.argv = std::move(arguments);
  spec.argv.insert(spec.argv.begin(), "./" + sandboxee);
  spec.environment = {"LANG=C"};
  spec.project = sandboxee;
  if (in_an_image() && options_.roots_dir.empty()) spec.root = "image";
  spec.limits.wall_time = spec.limits.cpu_time = std::chrono::seconds(30) * patience_factor();
  spec.limits.memory = ByteCount(256 << 20);
  spec.limits.cpus = 2;
  spec.limits.processes = 32;
  spec.limits.disk = ByteCount(32 << 20);
  spec.limits.open_files = 64;
  return spec;
}

SandboxFixture::Input SandboxFixture::make_input() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

std::unique_ptr<ActiveRun> SandboxFixture::start(SandboxSpec spec, UniqueFd in) {
  return std::make_unique<ActiveRun>(loop_, sandbox(), ValidSpec::validate(std::move(spec)).value(),
                                     std::move(in));
}

FinishedRun SandboxFixture::wait(ActiveRun& run) {
  EXPECT_TRUE(pump_until([&] { return run.ended(); }));
  FinishedRun finished = run.finish();
  if (in_namespaces()) return finished;
  const std::string slots = (directory_ / "work").string() + "/";
  for (std::size_t at; (at = finished.out.find(slots)) != std::string::npos;) {
    finished.out.erase(at, slots.size() + 1);  // "…/work/0"
  }
  return finished;
}

FinishedRun SandboxFixture::run(SandboxSpec spec, UniqueFd in) {
  std::unique_ptr<ActiveRun> active = start(std::move(spec), std::move(in));
  return wait(*active);
}

bool SandboxFixture::pump_until(const std::function<bool()>& done) {
  auto deadline = std::chrono::steady_clock::now() + kPatience * patience_factor();
  while (!done()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    loop_.restart();
    loop_.run_one_for(std::chrono::milliseconds(20));
  }
  return true;
}

bool SandboxFixture::wait_for_output(ActiveRun& run, std::string_view text) {
  return pump_until([&] { return run.out().find(text) != std::string::npos || run.ended(); }) &&
         run.out().find(text) != std::string::npos;
}

bool SandboxFixture::has_layer(std::string_view layer) {
  const std::vector<std::string>& layers = sandbox().isolation().layers;
  return std::find(layers.begin(), layers.end(), layer) != layers.end();
}

std::string SandboxFixture::make_marker() {
  static int count = 0;
  return fmt::format("glovebox-marker-{}-{}", ::getpid(), ++count);
}

std::string SandboxFixture::make_host_file(const std::string& name) {
  fs::path path = directory_ / name;
  std::ofstream(path) << "of the host\n";
  ::chmod(path.c_str(), 0666);
  return path.string();
}

std::string sandboxee_path(const std::string& name) {
  const char* moved = std::getenv("GLOVEBOX_SANDBOXEES_DIR");
  return fmt::format("{}/{}", moved != nullptr ? moved : GLOVEBOX_SANDBOXEES_DIR, name);
}

namespace {

std::string story(const FinishedRun& run) {
  std::string end = run.result.has_error() ? "error: " + run.result.error().message()
                                           : describe(run.result.value().outcome);
  return fmt::format("the job {}\nstdout: {:.2000}\nstderr: {:.2000}", end, run.out, run.err);
}

template <class Kind, class Predicate>
::testing::AssertionResult ended_as(const FinishedRun& run, Predicate holds) {
  if (run.result.has_value()) {
    const Kind* kind = std::get_if<Kind>(&run.result.value().outcome);
    if (kind != nullptr && holds(*kind)) return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << story(run);
}

}  // namespace

::testing::AssertionResult exited(const FinishedRun& run, int code) {
  return ended_as<Exited>(run, [&](const Exited& end) { return end.code == code; });
}

::testing::AssertionResult signaled(const FinishedRun& run, int signal) {
  return ended_as<Signaled>(run, [&](const Signaled& end) { return end.signal == signal; });
}

::testing::AssertionResult limit_exceeded(const FinishedRun& run, LimitKind which) {
  return ended_as<LimitExceeded>(run, [&](const LimitExceeded& end) { return end.which == which; });
}

::testing::AssertionResult violated(const FinishedRun& run) {
  return ended_as<Violation>(run, [](const Violation&) { return true; });
}

::testing::AssertionResult cancelled(const FinishedRun& run) {
  return ended_as<Cancelled>(run, [](const Cancelled&) { return true; });
}

::testing::AssertionResult failed(const FinishedRun& run) {
  if (run.result.has_error()) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << story(run);
}

}  // namespace glovebox
