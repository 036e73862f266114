// Creates the ExecutionService from its parts; apps/ wires them.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/health_board.h"
#include "base/memory_budget.h"
#include "base/units.h"
#include "execution/canary_observer.h"
#include "execution/execution_service.h"
#include "execution/job_observer.h"
#include "execution/project_observer.h"
#include "execution/projects/storage.h"
#include "outbound/outbound.h"
#include "projects/project_store.h"
#include "queue/admission.h"
#include "registry/tool_registry.h"
#include "sandbox/sandbox.h"
#include "store/artifact_store.h"
#include "store/checkup_store.h"
#include "store/job_store.h"
#include "store/output_journal.h"
#include "store/project_records.h"
#include "store/share_store.h"
#include "store/webhook_store.h"

namespace glovebox {

// Each must outlive the service.
struct ExecutionDeps {
  boost::asio::io_context& loop;
  boost::asio::thread_pool& pool;  // for blocking work: archives, trees
  ToolRegistry& registry;
  ProjectStore& project_store;
  Sandbox& sandbox;
  JobStore& jobs;
  ProjectRecords& projects;
  CheckupStore& checkups;  // of the same database as `jobs`
  const Clock& clock;
  HealthBoard& health;
  const OutputJournal* journal = nullptr;  // null: output that a killed process had read is lost
  ArtifactStore* artifacts = nullptr;      // null: files of jobs go only to on_artifacts
  WebhookStore* webhooks = nullptr;        // of the same database as `jobs`; null: no webhooks
  Outbound* outbound = nullptr;            // not null with `webhooks`
  ShareStore* shares = nullptr;            // null: no links to jobs
};

enum class ProbeVersions { kNo, kYes };

struct ExecutionOptions {
  std::size_t queue_capacity = 1000;       // waiting jobs
  std::int64_t hourly_per_client = 20;     // 0: off
  std::int64_t concurrent_per_client = 5;  // queued or running; 0: off
  std::size_t clients = 16'384;            // stored at a time; the one that was idle longest is
                                           // removed
  LimitsOfClient limits_of_client;         // null: the same for all clients
  std::chrono::milliseconds project_ttl = std::chrono::hours(24);
  std::chrono::milliseconds job_ttl = std::chrono::hours(24);  // after its end
  std::chrono::milliseconds sweep_interval = std::chrono::minutes(1);
  ByteCount stdin_per_job{1ULL << 20};
  ByteCount stdin_of_all_jobs{64ULL << 20};  // that wait
  std::size_t uploads_at_once = 64;          // archives being unpacked or waiting for it
  // Ends of jobs that could not be recorded: the interval of retries, and how many may wait in
  // memory before no more jobs are accepted and started.
  std::chrono::milliseconds record_again = std::chrono::seconds(1);
  std::size_t most_unrecorded = 1000;
  // For the outputs of jobs, and for responses with them; null: only each job's own bound.
  std::shared_ptr<const MemoryBudget> memory;
  StorageOptions storage;
  ProbeVersions probe_versions = ProbeVersions::kYes;
  std::vector<Preset> presets;  // by name
  std::int64_t webhooks_per_client = 10;
  // Sign the webhooks of requests; valid. None: requests may name none.
  std::vector<std::string> webhook_secrets;

  std::vector<JobObserver*> observers;          // must outlive the service
  ProjectObserver* project_observer = nullptr;  // must outlive the service
  CanaryObserver* canary_observer = nullptr;    // must outlive the service
  // What a job left, before its end is published, where there is no ArtifactStore. On the loop.
  // Without it the contents are closed.
  std::function<void(const JobId&, std::vector<CollectedArtifact>)> on_artifacts;
};

// Destroy it after drain(), or when the loop no longer runs: running jobs are killed.
std::unique_ptr<ExecutionService> make_execution_service(const ExecutionDeps& deps,
                                                         ExecutionOptions options);

}  // namespace glovebox
