// A service for the tests of the transport: it runs nothing, remembers what it was asked, and waits
// where told to.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "execution/execution_service.h"

namespace glovebox {

// Its calls come from the loop's thread; what a test sets or asks may come from any.
class FakeExecutionService final : public ExecutionService {
 public:
  FakeExecutionService();

  // For tests.
  struct Submitted {
    ClientId client;
    ExecuteRequest request;
    JobId id;
  };
  struct Uploaded {
    ClientId owner;
    std::string name;
    std::string content;
    ArchiveOptions options;
  };
  // Jobs do not end by themselves any more: only by cancel(), abandon() or finish_jobs().
  void hold_jobs();
  void finish_jobs(boost::asio::any_io_executor loop);
  void fail_submit_with(Error error);
  void fail_wait_by_throwing();
  void set_draining();
  HealthBoard& board() { return health_; }
  void set_file(const std::string& path, std::string content);
  // The pieces of every job's zip; one that is empty is a failure.
  void set_zip(std::vector<std::string> pieces);
  void limit_storage(ByteCount quota);
  void set_output(std::vector<std::string> lines);
  // Waits until that many were seen; false after 30 s.
  bool wait_for_submitted(std::size_t count);
  bool wait_for_waiting(std::size_t count);
  bool wait_for_abandoned(std::size_t count);
  std::vector<Submitted> submitted() const;
  std::vector<Uploaded> uploaded() const;
  std::size_t uploads_begun() const;
  std::size_t abandoned() const;

  const std::vector<Tool>& tools() override { return tools_; }
  Result<const Tool*> tool(const ToolId& id) override;
  Awaitable<Result<StorageLedger::Room>> make_room(ClientId owner, ByteCount bytes) override;
  Awaitable<Result<UniqueFd>> create_upload() override;
  Awaitable<Result<Project>> add_project(ClientId owner, std::string name, UniqueFd archive,
                                         ArchiveOptions options) override;
  Awaitable<Result<Project>> add_example(ClientId owner, ToolId tool, std::string example) override;
  Awaitable<Result<Project>> project(ClientId caller, ProjectId id) override;
  Awaitable<Result<ProjectDetails>> project_details(ClientId caller, ProjectId id) override;
  Awaitable<Result<UniqueFd>> open_project_file(ClientId caller, ProjectId id,
                                                std::string path) override;
  Awaitable<Result<void>> remove_project(ClientId caller, ProjectId id) override;
  Awaitable<void> start() override { co_return; }
  Awaitable<Result<SubmittedJob>> submit(ClientId client, ExecuteRequest request) override;
  RateLimitState rate_limit(const ClientId& client) const override;
  Awaitable<Result<ExecutionResult>> wait(JobId id) override;
  Awaitable<Result<ExecutionResult>> find(ClientId caller, JobId id, bool with_output) override;
  Awaitable<Result<std::string>> raw_output(ClientId caller, JobId id) override;
  Awaitable<Result<UniqueFd>> open_artifact(ClientId caller, JobId id, std::string path) override;
  Awaitable<Result<std::unique_ptr<ArtifactZip>>> artifact_zip(ClientId caller, JobId id) override;
  Awaitable<Result<HistoryPage>> history(ClientId caller, HistoryQuery query) override;
  Awaitable<Result<std::unique_ptr<JobFollower>>> follow(ClientId caller, JobId id,
                                                         std::int64_t after) override;
  Awaitable<Result<CancelResult>> cancel(ClientId caller, JobId id) override;
  void abandon(const JobId& id) override;
  Result<QueueStatus> queue_status(const ClientId& caller,
                                   const std::optional<JobId>& id) const override;
  const IsolationReport& isolation() const override { return isolation_; }
  bool draining() const override;
  const HealthBoard& health() const override { return health_; }
  Awaitable<void> drain(std::chrono::milliseconds grace) override;

 private:
  bool wait_until(const std::function<bool()>& reached);
  void end_job(const JobId& id, JobStatus status);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool hold_jobs_ = false;
  bool throw_in_wait_ = false;
  bool draining_ = false;
  HealthBoard health_;
  std::optional<Error> submit_error_;
  std::map<std::string, std::string> files_;
  std::vector<std::string> output_{"first line", "second line"};
  std::vector<std::string> zip_;
  SystemClock clock_;
  std::unique_ptr<StorageLedger> storage_;
  std::vector<Submitted> submitted_;
  std::vector<Uploaded> uploaded_;
  std::vector<JobId> abandoned_;
  std::size_t uploads_begun_ = 0;
  std::size_t waiting_ = 0;
  std::map<std::string, Job> jobs_;
  // The loop's thread only.
  std::map<std::string, std::shared_ptr<boost::asio::steady_timer>> ends_;

  std::vector<Tool> tools_;
  IsolationReport isolation_;
};

}  // namespace glovebox
