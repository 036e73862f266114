// All parts of a service for the tests of the transport.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
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

// There is no such file.
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
  Awaitable<Result<CheckupFindingsPage>> findings(ClientId, CheckupId, FindingsQuery) override {
    co_return none();
  }
  Awaitable<Result<FindingsReport>> report(ClientId, CheckupId, std::string) override {
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

// One job, "job_1", with one finding per page. Threads: the loop's, except for set_….
class FakeFindings final : public Findings {
 public:
  Awaitable<Result<std::shared_ptr<const JobFindings>>> all(ClientId, JobId) override {
    co_return not_found("no such job");
  }
  Awaitable<Result<FindingsPage>> page(ClientId, JobId id, FindingsQuery query) override {
    if (id != JobId("job_1")) co_return not_found("no such job");
    ListedFinding listed;
    listed.finding.place.path = query.filter.path.empty() ? "a.c" : query.filter.path;
    listed.finding.place.line = 7;
    listed.finding.severity = query.filter.severity.value_or(FindingSeverity::kError);
    listed.finding.rule = query.filter.rule;
    listed.finding.message = "after " + query.cursor + ", at most " + std::to_string(query.limit);
    if (query.against) listed.change = "new";
    FindingsPage made;
    made.findings.push_back(std::move(listed));
    if (query.limit == 1) made.next_cursor = "f1";
    co_return made;
  }
  Awaitable<Result<FindingsReport>> report(ClientId, JobId, std::string format) override {
    FindingsReport made;
    made.file = UniqueFd(::memfd_create("report", MFD_CLOEXEC));
    if (::write(made.file.get(), format.data(), format.size()) < 0) {
      co_return internal_error("write failed");
    }
    made.media_type = "application/sarif+json";
    made.suffix = ".sarif";
    co_return made;
  }
};

// What a test sets. Threads: the loop's, but for set().
class FakeDeepHealth final : public DeepHealth {
 public:
  void set(DeepReport report) {
    std::lock_guard lock(mutex_);
    report_ = std::make_shared<const DeepReport>(std::move(report));
  }
  Awaitable<std::shared_ptr<const DeepReport>> look() override {
    std::lock_guard lock(mutex_);
    co_return report_;
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<const DeepReport> report_ = std::make_shared<const DeepReport>();
};

struct FakeServices {
  FakeTools tools;
  FakeProjects projects;
  FakeJobs jobs;
  FakeCheckups checkups;
  FakeArtifacts artifacts;
  FakeFindings findings;
  FakeStatus status;
  FakeDeepHealth deep_health;
  Services parts() {
    return {tools, projects, jobs, checkups, artifacts, findings, status, deep_health};
  }
};

}  // namespace glovebox
