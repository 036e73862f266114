#include "sealed_launch.h"

#include <cstdio>
#include <cstdlib>
#include <numeric>

namespace glovebox {
namespace fs = std::filesystem;

namespace {

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

LauncherProcess spawn(const fs::path& project_root, std::size_t slots) {
  LauncherOptions options;
  options.tier = Tier::kNamespaces;
  options.slots = slots;
  options.project_root = project_root;
  options.roots_dir = project_root.parent_path() / "roots";
  Result<LauncherProcess> launcher = LauncherProcess::spawn(options);
  if (launcher.has_error()) give_up("no sandbox on this machine: " + launcher.error().message());
  return std::move(launcher).value();
}

ValidSpec spec_of(JobKind kind, std::size_t number) {
  SandboxSpec spec;
  spec.argv = {kind == JobKind::kMakesAFile ? "./make_file" : "./return0"};
  bool odd = number % 2 == 1;
  if (kind == JobKind::kInAnImage) spec.root = "one";
  if (kind == JobKind::kAnotherImage) spec.root = odd ? "two" : "one";
  spec.project = kind == JobKind::kAnotherProject && odd ? "other" : "bench";
  return ValidSpec::validate(std::move(spec)).value();
}

void expect_exit_0(const Result<SandboxResult>& result) {
  if (result.has_error()) give_up("a launch failed: " + result.error().message());
  if (result->outcome != Outcome(Exited{0})) give_up("the job " + describe(result->outcome));
}

}  // namespace

SealedLaunch::SealedLaunch(const fs::path& project_root, std::size_t slots)
    : launcher_(spawn(project_root, slots)),
      sandbox_(launcher_.make_sandbox(loop_)),
      runs_(slots),
      free_(slots) {
  std::iota(free_.begin(), free_.end(), std::size_t(0));
}

void SealedLaunch::start(std::size_t place) {
  runs_[place] = sandbox_->start(spec_of(kind_, started_++ / runs_.size()), {},
                                 [this, place](Result<SandboxResult> result) {
                                   expect_exit_0(result);
                                   free_.push_back(place);
                                 });
}

void SealedLaunch::wait_for_end() {
  while (free_.empty()) loop_.run_one();
}

void SealedLaunch::run_one() {
  std::size_t place = free_.back();
  free_.pop_back();
  std::size_t others = free_.size();
  start(place);
  while (free_.size() == others) loop_.run_one();
}

void SealedLaunch::run_many(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    wait_for_end();
    std::size_t place = free_.back();
    free_.pop_back();
    start(place);
  }
  while (free_.size() < runs_.size()) loop_.run_one();
}

ProgramFolder::ProgramFolder(const fs::path& program) {
  std::string pattern = (fs::temp_directory_path() / "glovebox-bench-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) give_up("mkdtemp failed: " + pattern);
  path_ = pattern;
  fs::permissions(path_, fs::perms(0755));
  for (const char* root : {"one", "two"}) fs::create_directories(path_ / "roots" / root / "usr");
  projects_ = path_ / "projects";
  for (const char* project : {"bench", "other"}) {
    fs::create_directories(projects_ / project);
    fs::copy_file(program, projects_ / project / "return0");
    fs::copy_file(program.parent_path() / "make_file", projects_ / project / "make_file");
  }
}

ProgramFolder::~ProgramFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace glovebox
