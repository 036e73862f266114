// Shared by tests of the service: every part is a fake except the registry, which has two tools.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "execution/make_execution_service.h"
#include "fake_sandbox.h"
#include "manual_clock.h"
#include "memory_project_store.h"
#include "memory_store.h"
#include "run_loop.h"
#include "store/sqlite_store.h"
#include "temp_folder.h"

namespace glovebox {

// One process of a service.
class ServiceHarness {
 public:
  ServiceHarness() {
    folder_.write("tools/cat.toml",
                  "id = \"cat\"\nname = \"cat\"\ndescription = \"Copies.\"\n"
                  "category = \"Test\"\nstatus = \"available\"\n"
                  "command = [\"cat\", \"{file}\"]\nversion = [\"cat\", \"--version\"]\n"
                  "inputs = [\"*\"]\ntimeout = \"10s\"\nstdin = true\n"
                  "[[parameters]]\nname = \"file\"\ntitle = \"File\"\ndescription = \"Which.\"\n"
                  "type = \"string\"\ndefault = \"a.txt\"\n");
    folder_.write("tools/gone.toml",
                  "id = \"gone\"\nname = \"gone\"\ndescription = \"Is not there.\"\n"
                  "category = \"Test\"\nstatus = \"available\"\n"
                  "command = [\"no-such-program-anywhere\"]\ninputs = [\"*\"]\n");
    folder_.write("examples/cat/small/README.md", "# Small\n\nA small one.\n");
    options_.probe_versions = ProbeVersions::kNo;
    options_.hourly_per_client = 0;
    options_.concurrent_per_client = 0;
  }
  // There is no orderly shutdown if killed_ is set.
  ~ServiceHarness() {
    if (service_ && !killed_) await(loop_, service_->drain(std::chrono::milliseconds(0)));
    service_.reset();
    pool_.join();
  }

  void start(std::size_t slots = 1) {
    RegistrySources sources;
    sources.tools_dirs = {folder_.path() / "tools"};
    sources.examples_dirs = {folder_.path() / "examples"};
    std::vector<ManifestProblem> problems;
    registry_ = std::make_unique<ToolRegistry>(ToolRegistry::load(sources, problems));
    for (const ManifestProblem& problem : problems) ADD_FAILURE() << problem.message;
    if (!sandbox_) sandbox_ = std::make_unique<FakeSandbox>(loop_, slots);
    JobStore& jobs = sqlite_ ? static_cast<JobStore&>(*sqlite_) : store_;
    ProjectRecords& projects = sqlite_ ? static_cast<ProjectRecords&>(*sqlite_) : store_;
    CheckupStore& checkups = sqlite_ ? static_cast<CheckupStore&>(*sqlite_) : store_;
    const OutputJournal* journal = journal_ ? &*journal_ : nullptr;
    ExecutionDeps deps{loop_,    pool_,    *registry_, *trees_, *sandbox_, jobs,
                       projects, checkups, clock_,     health_, journal,   artifacts_.get()};
    service_ = make_execution_service(deps, options_);
    await(loop_, service_->start());
  }

  // Every run hangs until it is ended.
  void hang() {
    sandbox_->script = [](const SandboxSpec&) {
      FakeRun run;
      run.hangs = true;
      return run;
    };
  }

  Result<ProjectId> upload(const std::string& content, const ClientId& owner) {
    GB_TRY(UniqueFd file, await(loop_, service_->parts().projects.create_upload()));
    if (::write(file.get(), content.data(), content.size()) < 0) {
      return internal_error("write failed");
    }
    GB_TRY(Project project,
           await(loop_, service_->parts().projects.add(owner, "a.zip", std::move(file), {})));
    return project.id;
  }
  Result<Project> find_project(const ClientId& caller, const ProjectId& id) {
    GB_TRY(ProjectDetails details, await(loop_, service_->parts().projects.details(caller, id)));
    return details.project;
  }
  ProjectId project_of(const ClientId& owner) { return upload("content", owner).value(); }

  ExecuteRequest request(const ProjectId& project) {
    ExecuteRequest made;
    made.tool_id = ToolId("cat");
    made.project_id = project;
    return made;
  }
  Result<JobId> submit(const ClientId& client, const ProjectId& project) {
    return submit(client, request(project));
  }
  Result<JobId> submit(const ClientId& client, ExecuteRequest asked) {
    GB_TRY(SubmittedJob job, await(loop_, service_->parts().jobs.submit(client, std::move(asked))));
    return std::move(job.id);
  }
  // A job that outlives its connection.
  Result<JobId> submit_its_own(const ClientId& client, const ProjectId& project) {
    ExecuteRequest asked = request(project);
    asked.lifetime = Lifetime::kItsOwn;
    return submit(client, std::move(asked));
  }
  ExecutionResult wait(const JobId& id) {
    return await(loop_, service_->parts().jobs.wait(id)).value();
  }
  Result<ExecutionResult> find(const ClientId& caller, const JobId& id) {
    return await(loop_, service_->parts().jobs.find(caller, id, WithOutput::kYes));
  }
  JobStatus status_of(const ClientId& caller, const JobId& id) {
    return find(caller, id).value().job.status;
  }
  Result<CancelResult> cancel(const ClientId& caller, const JobId& id) {
    return await(loop_, service_->parts().jobs.cancel(caller, id));
  }
  QueueStatus queue(const ClientId& caller) {
    return service_->parts().jobs.queue_status(caller, std::nullopt).value();
  }

  const ClientId ann_{"ann"};
  const ClientId bob_{"bob"};
  TempFolder folder_;
  boost::asio::io_context loop_;
  boost::asio::thread_pool pool_{2};
  ManualClock clock_;
  HealthBoard health_;
  MemoryStore store_{loop_};
  std::unique_ptr<SqliteStore> sqlite_;  // instead of store_
  std::optional<OutputJournal> journal_;
  // Shared with the next process in tests that restart the service.
  std::shared_ptr<MemoryProjectStore> trees_ = std::make_shared<MemoryProjectStore>();
  std::unique_ptr<ArtifactStore> artifacts_;  // none: nothing is kept
  std::unique_ptr<FakeSandbox> sandbox_;
  std::unique_ptr<ToolRegistry> registry_;
  ExecutionOptions options_;
  std::unique_ptr<ExecutionService> service_;
  bool killed_ = false;
};

class ServiceTest : public testing::Test, protected ServiceHarness {};

}  // namespace glovebox
