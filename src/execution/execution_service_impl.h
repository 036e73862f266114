// The ExecutionService on one machine: it wires the parts and runs periodic maintenance.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>

#include "execution/artifacts/artifact_library.h"
#include "execution/artifacts/artifact_service.h"
#include "execution/async/background_tasks.h"
#include "execution/async/signal.h"
#include "execution/checkups/checkup_service.h"
#include "execution/findings/finding_service.h"
#include "execution/health/deep_check.h"
#include "execution/jobs/job_service.h"
#include "execution/jobs/request_checker.h"
#include "execution/jobs/version_probe.h"
#include "execution/make_execution_service.h"
#include "execution/presets/preset_service.h"
#include "execution/projects/project_library.h"
#include "execution/projects/project_service.h"
#include "execution/projects/storage.h"
#include "execution/shares/share_service.h"
#include "execution/tool_catalog.h"
#include "execution/webhooks/outbox_worker.h"
#include "execution/webhooks/webhook_service.h"
#include "registry/input_matcher.h"

namespace glovebox {

class ExecutionServiceImpl final : public ExecutionService, private ServiceStatus {
 public:
  ExecutionServiceImpl(const ExecutionDeps& deps, ExecutionOptions options);

  Services parts() override {
    return {tools_,
            projects_,
            jobs_,
            checkups_,
            artifacts_,
            findings_,
            *this,
            deep_check_,
            webhooks_ ? &*webhooks_ : nullptr,
            shares_ ? &*shares_ : nullptr,
            &presets_};
  }
  Awaitable<void> start() override;
  Awaitable<void> drain(std::chrono::milliseconds grace) override;

 private:
  const IsolationReport& isolation() const override { return deps_.sandbox.isolation(); }
  bool draining() const override { return jobs_.draining(); }
  const HealthBoard& health() const override { return deps_.health; }
  ServiceLoad load() const override;

  // If there are webhooks: the worker observes the jobs.
  void make_webhooks();
  Awaitable<void> sweep();
  Awaitable<void> sweep_now_and_then();

  ExecutionDeps deps_;
  ExecutionOptions options_;
  BackgroundTasks tasks_;
  std::unique_ptr<OutboxWorker> outbox_;
  std::optional<WebhookService> webhooks_;
  Storage storage_;
  ArtifactLibrary artifact_library_;
  InputMatcher inputs_;
  ProjectLibrary project_library_;
  ProjectService projects_;
  ToolCatalog tools_;
  RequestChecker checker_;
  JobService jobs_;
  ArtifactService artifacts_;
  FindingService findings_;
  CheckupService checkups_;
  std::optional<ShareService> shares_;
  PresetService presets_;
  VersionProbe probe_;
  DeepCheck deep_check_;
  boost::asio::steady_timer sweep_timer_;
  bool stopped_ = false;
  bool sweeping_ = false;
  Signal swept_;
};

}  // namespace glovebox
