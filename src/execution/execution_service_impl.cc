#include "execution/execution_service_impl.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "execution/async/caught.h"
#include "execution/async/uncancelled.h"
#include "execution/public_error.h"

namespace glovebox {
namespace {

ProjectLibrary::Options library_options(const ExecutionOptions& options) {
  ProjectLibrary::Options made;
  made.ttl = options.project_ttl;
  made.adding_at_once = options.uploads_at_once;
  return made;
}

// What has a bound of its own beside the budget takes no more than a part as large as the budget
// has: on a small machine less than its default.
void fit_into(JobScheduler::Options& options, ByteCount budget) {
  auto part = [budget](std::uint64_t of) { return ByteCount(budget.bytes() / of); };
  options.stdin_of_all_jobs = std::min(options.stdin_of_all_jobs, part(8));
  options.ended_outputs.in_all = std::min(options.ended_outputs.in_all, part(4));
  options.ended_outputs.per_client = std::min(options.ended_outputs.per_client, part(8));
}

JobScheduler::Options scheduler_options(const ExecutionOptions& options) {
  JobScheduler::Options made;
  made.queue_capacity = options.queue_capacity;
  made.admission.hourly = options.hourly_per_client;
  made.admission.concurrent = options.concurrent_per_client;
  made.admission.clients = options.clients;
  made.admission.of_client = options.limits_of_client;
  made.job_ttl = options.job_ttl;
  made.stdin_of_all_jobs = options.stdin_of_all_jobs;
  made.record_again = options.record_again;
  made.most_unrecorded = options.most_unrecorded;
  made.memory = options.memory;
  if (options.memory) fit_into(made, options.memory->limit());
  made.on_output = options.on_output;
  made.on_artifacts = options.on_artifacts;
  return made;
}

ArtifactLibrary::Options artifact_options(const ExecutionOptions& options) {
  ArtifactLibrary::Options made;
  made.ttl = options.job_ttl;
  return made;
}

ProjectLibrary::Deps library_deps(const ExecutionDeps& deps, BackgroundTasks& tasks,
                                  Storage& storage, const InputMatcher& inputs) {
  return {deps.loop,     tasks,   deps.pool,  deps.project_store,
          deps.projects, storage, deps.clock, &inputs};
}

JobScheduler::Deps scheduler_deps(const ExecutionDeps& deps, BackgroundTasks& tasks,
                                  ArtifactLibrary& artifacts) {
  return {deps.loop, tasks,      deps.sandbox, deps.jobs,
          artifacts, deps.clock, deps.health,  deps.journal};
}

// An exception in one part of the upkeep must not end the others, nor the next turn.
Awaitable<void> go_on_after(std::string_view what, Awaitable<void> work) {
  Result<void> done = co_await caught(std::move(work));
  if (done.has_error()) spdlog::error("{} ended early: {}", what, done.error().message());
}

}  // namespace

std::unique_ptr<ExecutionService> make_execution_service(const ExecutionDeps& deps,
                                                         ExecutionOptions options) {
  return std::make_unique<ExecutionServiceImpl>(deps, std::move(options));
}

ExecutionServiceImpl::ExecutionServiceImpl(const ExecutionDeps& deps, ExecutionOptions options)
    : deps_(deps),
      options_(std::move(options)),
      tasks_(deps.loop),
      storage_({deps.loop, deps.pool, deps.clock, [this] { return sweep(); }}, options_.storage),
      artifacts_({deps.artifacts, deps.jobs, storage_, deps.clock}, artifact_options(options_)),
      inputs_(deps.registry.tools()),
      projects_(library_deps(deps, tasks_, storage_, inputs_), library_options(options_)),
      jobs_(scheduler_deps(deps, tasks_, artifacts_), scheduler_options(options_)),
      probe_(deps.loop, deps.registry, deps.sandbox, jobs_),
      sweep_timer_(deps.loop),
      swept_(deps.loop) {
  deps_.registry.set_isolation(deps_.sandbox.isolation());
  refresh_tools();
}

// What jobs need may be too old, so nothing is swept before they are there.
Awaitable<void> ExecutionServiceImpl::start() {
  co_await recover();
  tasks_.spawn("sweep", sweep_now_and_then());
  if (options_.probe_versions == ProbeVersions::kYes) {
    tasks_.spawn("version probe", probe_.work());
  }
}

void ExecutionServiceImpl::refresh_tools() {
  static constexpr std::chrono::seconds kOften{5};
  SteadyTime now = deps_.clock.steady_now();
  if (tools_refreshed_ && now - *tools_refreshed_ < kOften) return;
  tools_refreshed_ = now;
  deps_.registry.refresh_availability();
  probe_.look_again();
}

const std::vector<Tool>& ExecutionServiceImpl::tools() {
  refresh_tools();
  return deps_.registry.tools();
}

Result<const Tool*> ExecutionServiceImpl::tool(const ToolId& id) {
  refresh_tools();
  return deps_.registry.get(id);
}

Awaitable<Result<StorageLedger::Room>> ExecutionServiceImpl::make_room(ClientId owner,
                                                                       ByteCount bytes) {
  return uncancelled(storage_.make_room(std::move(owner), bytes));
}

Awaitable<Result<UniqueFd>> ExecutionServiceImpl::create_upload() {
  return projects_.create_upload();
}

Awaitable<Result<Project>> ExecutionServiceImpl::add_project(ClientId owner, std::string name,
                                                             UniqueFd archive,
                                                             ArchiveOptions options) {
  return uncancelled(projects_.add_archive(std::move(owner), std::move(name), std::move(archive),
                                           std::move(options)));
}

Awaitable<Result<Project>> ExecutionServiceImpl::add_example(ClientId owner, ToolId tool,
                                                             std::string example) {
  GB_CO_TRY(std::filesystem::path folder, deps_.registry.example_path(tool, example));
  co_return co_await uncancelled(
      make_example(std::move(owner), std::move(example), std::move(folder)));
}

Awaitable<Result<Project>> ExecutionServiceImpl::make_example(ClientId owner, std::string name,
                                                              std::filesystem::path folder) {
  // How much it takes shows when it is there; a full storage shows before.
  GB_CO_TRY(StorageLedger::Room room, co_await storage_.make_room(owner, ByteCount(1)));
  co_return co_await projects_.add_directory(std::move(owner), std::move(name), std::move(folder));
}

Awaitable<Result<Project>> ExecutionServiceImpl::project(ClientId caller, ProjectId id) {
  return projects_.find(std::move(caller), std::move(id));
}

Awaitable<Result<ProjectDetails>> ExecutionServiceImpl::project_details(ClientId caller,
                                                                        ProjectId id) {
  return projects_.details(std::move(caller), std::move(id));
}

Awaitable<Result<UniqueFd>> ExecutionServiceImpl::open_project_file(ClientId caller, ProjectId id,
                                                                    std::string path) {
  return projects_.open_file(std::move(caller), std::move(id), std::move(path));
}

Awaitable<Result<void>> ExecutionServiceImpl::remove_project(ClientId caller, ProjectId id) {
  return uncancelled(projects_.remove(std::move(caller), std::move(id)));
}

RateLimitState ExecutionServiceImpl::rate_limit(const ClientId& client) const {
  return jobs_.rate_limit(client);
}

Awaitable<Result<ExecutionResult>> ExecutionServiceImpl::wait(JobId id) {
  return jobs_.wait(std::move(id));
}

Awaitable<Result<ExecutionResult>> ExecutionServiceImpl::find(ClientId caller, JobId id,
                                                              bool with_output) {
  WithOutput with = with_output ? WithOutput::kYes : WithOutput::kNo;
  return jobs_.find(std::move(caller), std::move(id), with);
}

Awaitable<Result<std::string>> ExecutionServiceImpl::raw_output(ClientId caller, JobId id) {
  return jobs_.raw_output(std::move(caller), std::move(id));
}

Awaitable<Result<UniqueFd>> ExecutionServiceImpl::open_artifact(ClientId caller, JobId id,
                                                                std::string path) {
  GB_CO_TRY(ExecutionResult found,
            co_await jobs_.find(std::move(caller), std::move(id), WithOutput::kNo));
  Result<UniqueFd> opened = co_await artifacts_.open_file(found.job, std::move(path));
  co_return public_error("could not open the file", std::move(opened));
}

Awaitable<Result<std::unique_ptr<ArtifactZip>>> ExecutionServiceImpl::artifact_zip(ClientId caller,
                                                                                   JobId id) {
  GB_CO_TRY(ExecutionResult found,
            co_await jobs_.find(std::move(caller), std::move(id), WithOutput::kNo));
  co_return artifacts_.zip(found.job);
}

Awaitable<Result<HistoryPage>> ExecutionServiceImpl::history(ClientId caller, HistoryQuery query) {
  return jobs_.history(std::move(caller), std::move(query));
}

Awaitable<Result<std::unique_ptr<JobFollower>>> ExecutionServiceImpl::follow(ClientId caller,
                                                                             JobId id,
                                                                             std::int64_t after) {
  return jobs_.follow(std::move(caller), std::move(id), after);
}

Awaitable<Result<CancelResult>> ExecutionServiceImpl::cancel(ClientId caller, JobId id) {
  return jobs_.cancel(std::move(caller), std::move(id));
}

void ExecutionServiceImpl::abandon(const JobId& id) {
  jobs_.abandon(id);
}

Result<QueueStatus> ExecutionServiceImpl::queue_status(const ClientId& caller,
                                                       const std::optional<JobId>& id) const {
  return jobs_.status(caller, id);
}

const IsolationReport& ExecutionServiceImpl::isolation() const {
  return deps_.sandbox.isolation();
}

bool ExecutionServiceImpl::draining() const {
  return jobs_.draining();
}

const HealthBoard& ExecutionServiceImpl::health() const {
  return deps_.health;
}

Awaitable<void> ExecutionServiceImpl::drain(std::chrono::milliseconds grace) {
  // For trees that are on their way out.
  static constexpr std::chrono::seconds kForTheRest{10};
  stopped_ = true;
  probe_.stop();
  sweep_timer_.cancel();
  co_await jobs_.drain(grace);
  co_await tasks_.all_ended(kForTheRest);
}

// What is asked for while one is under way waits for its end.
Awaitable<void> ExecutionServiceImpl::sweep() {
  if (sweeping_) {
    co_await swept_.wait();
    co_return;
  }
  sweeping_ = true;
  co_await go_on_after("the sweep of projects", projects_.sweep());
  // The files of a job after its record: a record never lists what is gone.
  co_await go_on_after("the sweep of jobs", jobs_.sweep());
  co_await go_on_after("the sweep of artifacts", artifacts_.sweep());
  sweeping_ = false;
  swept_.notify();
}

Awaitable<void> ExecutionServiceImpl::sweep_now_and_then() {
  auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  co_await go_on_after("the count of projects", projects_.count_stored());
  co_await go_on_after("the count of artifacts", artifacts_.count_stored());
  co_await go_on_after("the measure of the storage", storage_.measure_when_due());
  storage_.set_counted();
  while (!stopped_) {
    co_await sweep();
    co_await go_on_after("the measure of the storage", storage_.measure_when_due());
    if (stopped_) break;
    sweep_timer_.expires_after(options_.sweep_interval);
    co_await sweep_timer_.async_wait(token);
  }
}

}  // namespace glovebox
