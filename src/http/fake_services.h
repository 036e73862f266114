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
  FakeArtifacts artifacts;
  FakeStatus status;
  Services parts() { return {tools, projects, jobs, artifacts, status}; }
};

}  // namespace glovebox
