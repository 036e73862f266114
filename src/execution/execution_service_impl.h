// The ExecutionService on one machine: wires its parts and checks requests.
//
// What changes state runs to its end even where the awaiting coroutine is cancelled, since
// transports race these calls against their client's going away.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "execution/artifacts/artifact_library.h"
#include "execution/jobs/job_scheduler.h"
#include "execution/jobs/version_probe.h"
#include "execution/make_execution_service.h"
#include "execution/projects/project_library.h"
#include "execution/projects/storage.h"
#include "registry/input_matcher.h"

namespace glovebox {

class ExecutionServiceImpl final : public ExecutionService {
 public:
  ExecutionServiceImpl(const ExecutionDeps& deps, ExecutionOptions options);

  const std::vector<Tool>& tools() override;
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

  Awaitable<void> start() override;
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
  const IsolationReport& isolation() const override;
  bool draining() const override;
  const HealthBoard& health() const override;
  Awaitable<void> drain(std::chrono::milliseconds grace) override;

 private:
  void refresh_tools();
  Result<PreparedJob> check(ExecuteRequest& request);
  Awaitable<Result<SubmittedJob>> check_and_submit(ClientId client, ExecuteRequest request);
  Awaitable<void> recover();
  std::string why_lost(const UnfinishedJob& left) const;
  Awaitable<Result<bool>> restore(UnfinishedJob left);
  Awaitable<Result<PreparedJob>> prepare_again(const UnfinishedJob& left);
  Awaitable<Result<Project>> make_example(ClientId owner, std::string name,
                                          std::filesystem::path folder);
  Awaitable<void> sweep();
  Awaitable<void> sweep_now_and_then();

  ExecutionDeps deps_;
  ExecutionOptions options_;
  BackgroundTasks tasks_;
  Storage storage_;
  ArtifactLibrary artifacts_;
  InputMatcher inputs_;
  ProjectLibrary projects_;
  JobScheduler jobs_;
  VersionProbe probe_;
  boost::asio::steady_timer sweep_timer_;
  std::optional<SteadyTime> tools_refreshed_;
  bool stopped_ = false;
  bool sweeping_ = false;
  Signal swept_;
};

}  // namespace glovebox
