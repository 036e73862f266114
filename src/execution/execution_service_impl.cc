#include "execution/execution_service_impl.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "execution/async/caught.h"

namespace glovebox {
namespace {

ProjectLibrary::Options library_options(const ExecutionOptions& options) {
  ProjectLibrary::Options made;
  made.ttl = options.project_ttl;
  made.adding_at_once = options.uploads_at_once;
  made.observer = options.project_observer;
  return made;
}

// The limits of other memory must fit into the budget: on a small machine they are lower than their
// defaults.
void fit_into(JobService::Options& options, ByteCount budget) {
  auto part = [budget](std::uint64_t of) { return ByteCount(budget.bytes() / of); };
  ByteCount& stdin_bytes = options.dispatcher.stdin_of_all_jobs;
  EndedOutputs::Limits& ended = options.outputs.ended_outputs;
  stdin_bytes = std::min(stdin_bytes, part(8));
  ended.in_all = std::min(ended.in_all, part(4));
  ended.per_client = std::min(ended.per_client, part(8));
}

// Made first, because it observes the jobs.
std::unique_ptr<OutboxWorker> make_outbox(const ExecutionDeps& deps, ExecutionOptions& options) {
  if (deps.webhooks == nullptr || deps.outbound == nullptr) return nullptr;
  OutboxWorker::Deps of_worker{deps.loop, *deps.webhooks, *deps.outbound, deps.clock};
  OutboxWorker::Options made;
  made.request_secrets = options.webhook_secrets;
  auto worker = std::make_unique<OutboxWorker>(of_worker, std::move(made));
  options.observers.push_back(worker.get());
  return worker;
}

JobService::Options job_options(const ExecutionOptions& options) {
  JobService::Options made;
  made.dispatcher.queue_capacity = options.queue_capacity;
  made.dispatcher.admission.hourly = options.hourly_per_client;
  made.dispatcher.admission.concurrent = options.concurrent_per_client;
  made.dispatcher.admission.clients = options.clients;
  made.dispatcher.admission.of_client = options.limits_of_client;
  made.dispatcher.stdin_of_all_jobs = options.stdin_of_all_jobs;
  made.recorder.retry_interval = options.record_again;
  made.recorder.most_unrecorded = options.most_unrecorded;
  made.registry.job_ttl = options.job_ttl;
  made.registry.observers = options.observers;
  made.outputs.memory = options.memory;
  if (options.memory) fit_into(made, options.memory->limit());
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

// An exception in one part of the maintenance must not stop the other parts or the next round.
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
      outbox_(make_outbox(deps, options_)),
      storage_({deps.loop, deps.pool, deps.clock, [this] { return sweep(); }}, options_.storage),
      artifact_library_({deps.artifacts, deps.jobs, storage_, deps.clock},
                        artifact_options(options_)),
      inputs_(deps.registry.tools()),
      project_library_(library_deps(deps, tasks_, storage_, inputs_), library_options(options_)),
      projects_(project_library_, storage_, deps.registry),
      tools_(deps.registry, deps.clock, [this] { probe_.look_again(); }),
      checker_(tools_, project_library_, deps.registry.images(), options_.stdin_per_job),
      jobs_({deps.loop, tasks_, deps.sandbox, deps.jobs, artifact_library_, deps.clock, deps.health,
             checker_, deps.pool, deps.project_store, deps.journal},
            job_options(options_)),
      artifacts_(jobs_, artifact_library_),
      findings_({deps.pool, deps.project_store, jobs_, tools_}),
      checkups_({deps.loop, deps.checkups, tools_, projects_, checker_, jobs_, deps.clock,
                 findings_, deps.pool, deps.project_store}),
      presets_(std::move(options_.presets), projects_, checkups_),
      probe_(deps.loop, deps.registry, deps.sandbox, jobs_.dispatcher(), jobs_.output_turns()),
      deep_check_({deps.loop, tasks_, deps.pool, deps.sandbox, jobs_, deps.jobs, deps.clock,
                   options_.storage.disk, options_.canary_observer}),
      sweep_timer_(deps.loop),
      swept_(deps.loop) {
  make_webhooks();
  if (deps_.shares)
    shares_.emplace(ShareService::Deps{*deps_.shares, jobs_, checkups_, deps_.clock});
  deps_.registry.set_isolation(deps_.sandbox.isolation());
  tools_.refresh();
}

void ExecutionServiceImpl::make_webhooks() {
  if (!outbox_) return;
  WebhookService::Deps deps{*deps_.webhooks, deps_.clock, [this] { outbox_->wake(); },
                            [this] { outbox_->begin_use(); }};
  WebhookService::Options options;
  options.most_per_client = options_.webhooks_per_client;
  options.signs_requests = !options_.webhook_secrets.empty();
  webhooks_.emplace(std::move(deps), options);
}

// Jobs may need something that has expired, so nothing is removed before they are recovered.
Awaitable<void> ExecutionServiceImpl::start() {
  co_await jobs_.recover();
  if (shares_) co_await shares_->load();
  tasks_.spawn("sweep", sweep_now_and_then());
  if (outbox_) tasks_.spawn("webhooks", outbox_->work());
  if (options_.probe_versions == ProbeVersions::kYes) {
    tasks_.spawn("version probe", probe_.work());
  }
}

Awaitable<void> ExecutionServiceImpl::drain(std::chrono::milliseconds grace) {
  // For trees that are being removed.
  static constexpr std::chrono::seconds kForTheRest{10};
  static constexpr std::chrono::seconds kForMessages{3};
  stopped_ = true;
  probe_.stop();
  deep_check_.stop();
  sweep_timer_.cancel();
  co_await jobs_.drain(grace);
  if (outbox_) co_await outbox_->stop(kForMessages);
  co_await tasks_.all_ended(kForTheRest);
}

ServiceLoad ExecutionServiceImpl::load() const {
  ServiceLoad load = jobs_.load();
  load.storage_used = storage_.ledger().used();
  load.storage_quota = options_.storage.limits.quota;
  return load;
}

// A request that arrives while one is running waits for its end.
Awaitable<void> ExecutionServiceImpl::sweep() {
  if (sweeping_) {
    co_await swept_.wait();
    co_return;
  }
  sweeping_ = true;
  co_await go_on_after("the removal of expired projects", project_library_.sweep());
  // A job's files are removed after its record, so that a record never lists a missing file.
  co_await go_on_after("the removal of expired jobs", jobs_.sweep());
  co_await go_on_after("the removal of expired artifacts", artifact_library_.sweep());
  if (shares_) co_await go_on_after("the removal of expired links", shares_->sweep());
  sweeping_ = false;
  swept_.notify();
}

Awaitable<void> ExecutionServiceImpl::sweep_now_and_then() {
  auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  co_await go_on_after("the count of projects", project_library_.count_stored());
  co_await go_on_after("the count of artifacts", artifact_library_.count_stored());
  co_await go_on_after("the measurement of the storage", storage_.measure_when_due());
  storage_.set_counted();
  while (!stopped_) {
    co_await sweep();
    co_await go_on_after("the measurement of the storage", storage_.measure_when_due());
    if (stopped_) break;
    sweep_timer_.expires_after(options_.sweep_interval);
    co_await sweep_timer_.async_wait(token);
  }
}

}  // namespace glovebox
