// A real launcher with real slots, and runs of one program in them, like in the server.
#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <memory>
#include <vector>

#include "sandbox/pool/launcher_process.h"

namespace glovebox {

// What a job shares with the previous one in its slot determines its cost.
enum class JobKind {
  kAlike,           // same project, no traces: everything is reused for the next job
  kAnotherProject,  // two projects in turn in each slot
  kMakesAFile,      // the writable file system is created again
  kInAnImage,       // a root of its own, the same each time
  kAnotherImage     // two roots in turn in each slot: the init is made again
};

class SealedLaunch {
 public:
  // Create it while the process has one thread. Ends the benchmark if no slot works.
  SealedLaunch(const std::filesystem::path& project_root, std::size_t slots);

  std::size_t slots() const { return sandbox_->slots(); }
  const IsolationReport& isolation() const { return sandbox_->isolation(); }

  // From now on; kAlike at first.
  void use(JobKind kind) { kind_ = kind; }

  // From the call to the report that every process of the job is dead.
  void run_one();
  // `count` runs, as many at once as there are slots.
  void run_many(std::size_t count);

 private:
  void start(std::size_t place);
  void wait_for_end();

  boost::asio::io_context loop_;
  LauncherProcess launcher_;
  std::unique_ptr<Sandbox> sandbox_;
  std::vector<std::unique_ptr<SandboxRun>> runs_;
  std::vector<std::size_t> free_;  // indices in runs_ whose run has ended
  JobKind kind_ = JobKind::kAlike;
  std::size_t started_ = 0;
};

// A project root with two equal projects, "bench" and "other", that contain `program` as "return0",
// and "make_file", which is built next to it. Beside it "roots" has two equal roots with nothing in
// them.
class ProgramFolder {
 public:
  explicit ProgramFolder(const std::filesystem::path& program);
  ProgramFolder(const ProgramFolder&) = delete;
  ProgramFolder& operator=(const ProgramFolder&) = delete;
  ~ProgramFolder();
  const std::filesystem::path& path() const { return projects_; }

 private:
  std::filesystem::path path_;
  std::filesystem::path projects_;
};

}  // namespace glovebox
