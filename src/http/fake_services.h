// All parts of a service for the tests of the transport.
#pragma once

#include <atomic>
#include <vector>

#include "execution/execution_service.h"
#include "http/fake_files.h"
#include "http/fake_jobs.h"

namespace glovebox {

// One tool, "cppcheck", with one example, "leak".
class FakeTools final : public Tools {
 public:
  FakeTools() {
    Tool tool;
    tool.id = ToolId("cppcheck");
    tool.name = "Cppcheck";
    tool.examples.push_back(ExampleInfo{"leak", "A leak", "Leaks memory.", 2});
    tools_.push_back(tool);
  }
  const std::vector<Tool>& tools() override { return tools_; }
  Result<const Tool*> tool(const ToolId& id) override {
    if (id == tools_.front().id) return &tools_.front();
    return not_found("There is no tool \"" + id.str() + "\".");
  }

 private:
  std::vector<Tool> tools_;
};

// There is none.
class FakeCheckups final : public Checkups {
 public:
  Awaitable<Result<SubmittedCheckup>> submit(ClientId, CheckupRequest) override {
    co_return none();
  }
  Awaitable<Result<Checkup>> find(ClientId, CheckupId) override { co_return none(); }
  Awaitable<Result<CheckupHistoryPage>> history(ClientId, CheckupHistoryQuery) override {
    co_return CheckupHistoryPage();
  }
  Awaitable<Result<std::unique_ptr<CheckupFollower>>> follow(ClientId, CheckupId,
                                                             std::string) override {
    co_return none();
  }
  Awaitable<Result<CancelResult>> cancel(ClientId, CheckupId) override { co_return none(); }

 private:
  static Error none() { return not_found("There is no check-up."); }
};

class FakeStatus final : public ServiceStatus {
 public:
  FakeStatus() {
    isolation_.tier = Tier::kNamespaces;
    isolation_.layers = {"namespaces", "seccomp"};
  }
  void set_draining() { draining_ = true; }
  HealthBoard& board() { return health_; }

  const IsolationReport& isolation() const override { return isolation_; }
  bool draining() const override { return draining_; }
  const HealthBoard& health() const override { return health_; }

 private:
  IsolationReport isolation_;
  std::atomic<bool> draining_{false};
  HealthBoard health_;
};

struct FakeServices {
  FakeTools tools;
  FakeProjects projects;
  FakeJobs jobs;
  FakeCheckups checkups;
  FakeArtifacts artifacts;
  FakeStatus status;
  Services parts() { return {tools, projects, jobs, checkups, artifacts, status}; }
};

}  // namespace glovebox
