#include "check_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstdio>
#include <optional>

#include "base/clock.h"
#include "base/log.h"
#include "cli/check_output.h"
#include "cli/check_progress.h"
#include "cli/check_report.h"
#include "cli/conclusion.h"
#include "cli/exit_code.h"
#include "cli/import_report.h"
#include "cli/usable_cpus.h"
#include "execution/async/background_tasks.h"
#include "execution/findings/tree_files.h"
#include "execution/make_execution_service.h"
#include "interrupts.h"
#include "local_sandbox.h"
#include "store/sqlite_store.h"
#include "tool_folders.h"

namespace glovebox {
namespace {

const ClientId kCheckClient("local");

// What was checked; `tree` is empty if no tool is applicable.
struct Checked {
  std::vector<CheckedTool> tools;
  std::string tree;
};

// One check-up in one service, on its own event loop.
class CheckRun {
 public:
  CheckRun(const CheckCommand& command, const Terminal& progress, ToolRegistry& registry,
           LocalSandbox& local, std::unique_ptr<SqliteStore> records)
      : command_(command),
        progress_(progress),
        registry_(registry),
        store_(*local.store),
        records_(std::move(records)),
        sandbox_(local.launcher.make_sandbox(loop_, [this](const std::string& why) { lose(why); })),
        interrupts_(loop_, [this] { cancel(); }),
        service_(make_execution_service({loop_, pool_, registry, store_, *sandbox_, *records_,
                                         *records_, *records_, clock_, health_},
                                        options())) {}

  Result<Checked> run(ProjectSource source) {
    boost::asio::co_spawn(loop_, execute(std::move(source)),
                          [&](std::exception_ptr thrown, Result<Checked> checked) {
                            ended_ = std::move(checked);
                            if (thrown)
                              ended_ = internal_error("the check ended with an exception");
                            interrupts_.stop();
                            loop_.stop();
                          });
    loop_.run();
    return std::move(*ended_);
  }

 private:
  ExecutionOptions options() {
    ExecutionOptions options;
    options.hourly_per_client = 0;
    options.concurrent_per_client = 0;
    options.probe_versions = ProbeVersions::kNo;
    return options;
  }

  Awaitable<Result<Checked>> execute(ProjectSource source) {
    GB_CO_TRY(ProjectTree tree, store_project(store_, std::move(source)));
    print_import_notes(tree.notes);
    Project project = local_project(tree, command_.path, kCheckClient, clock_.wall_now());
    CheckupRequest request;
    request.project_id = project.id;
    GB_CO_TRY_VOID(co_await records_->add_project(std::move(project)));
    co_await service_->start();
    Checked checked;
    if (command_.tools.empty()) {
      GB_CO_TRY(bool any, co_await look_for_tools(request.project_id));
      if (!any) co_return checked;
    } else {
      request.tools.emplace();
      for (const std::string& id : command_.tools) request.tools->emplace_back(id);
    }
    Checkups& checkups = service_->parts().checkups;
    GB_CO_TRY(SubmittedCheckup submitted, co_await checkups.submit(kCheckClient, request));
    checkup_ = submitted.checkup.id;
    tell_start(submitted.checkup, tree);
    if (cancelled_) cancel();
    GB_CO_TRY(Checkup ended, co_await watch());
    checked.tree = tree.sha256;
    for (Job& job : ended.jobs) {
      GB_CO_TRY(CheckedTool tool, co_await conclude_tool(std::move(job)));
      checked.tools.push_back(std::move(tool));
    }
    co_return checked;
  }

  // Whether any tool can run. Prints which tools are applicable and cannot run.
  Awaitable<Result<bool>> look_for_tools(ProjectId project) {
    GB_CO_TRY(ProjectDetails details,
              co_await service_->parts().projects.details(kCheckClient, std::move(project)));
    bool any = false;
    std::vector<std::string> missing;
    for (const ToolSuit& suit : details.project.suits) {
      const Tool* tool = registry_.find(suit.tool_id);
      if (tool == nullptr || !tool->in_checkup) continue;
      bool available = tool->status == ToolStatus::kAvailable;
      any = any || available;
      if (tool->status == ToolStatus::kUnavailable) missing.push_back(tool->id.str());
    }
    GB_CO_TRY_VOID(tell_missing(missing, any, "this machine"));
    co_return any;
  }

  // Prints each end when it arrives, and returns when all have ended.
  Awaitable<Result<Checkup>> watch() {
    Checkups& checkups = service_->parts().checkups;
    GB_CO_TRY(std::unique_ptr<CheckupFollower> follower,
              co_await checkups.follow(kCheckClient, *checkup_, std::string()));
    for (;;) {
      std::optional<CheckupEvent> event = co_await follower->next(std::chrono::minutes(1));
      if (!event && follower->over()) co_return internal_error("the check was cancelled");
      if (!event) continue;
      if (auto* complete = std::get_if<CheckupEvent::Complete>(&event->what)) {
        co_return std::move(complete->checkup);
      }
      progress_.changed(std::get<CheckupEvent::JobChanged>(event->what).job);
    }
  }

  Awaitable<Result<CheckedTool>> conclude_tool(Job job) {
    CheckedTool checked;
    if (const Tool* tool = registry_.find(job.tool_id)) {
      checked.name = tool->name;
      checked.version = tool->version;
      if (tool->findings) checked.rule_url = tool->findings->url;
    }
    Jobs& jobs = service_->parts().jobs;
    GB_CO_TRY(checked.findings, co_await jobs.findings(kCheckClient, job.id));
    checked.counts = job.findings.value_or(FindingCounts());
    if (job.status != JobStatus::kCompleted) {
      GB_CO_TRY(ExecutionResult result, co_await jobs.find(kCheckClient, job.id, WithOutput::kYes));
      checked.last_line = last_line_of(result.output);
    }
    checked.job = std::move(job);
    co_return checked;
  }

  void lose(const std::string& why) {
    ended_ = internal_error("the check was lost: " + why);
    loop_.stop();
  }

  void cancel() {
    cancelled_ = true;
    if (checkup_) tasks_.spawn("cancel", cancel_checkup(*checkup_));
  }
  Awaitable<void> cancel_checkup(CheckupId id) {
    // A run that has ended needs no cancel.
    static_cast<void>(co_await service_->parts().checkups.cancel(kCheckClient, std::move(id)));
  }

  void tell_start(const Checkup& checkup, const ProjectTree& tree) const {
    progress_.tell(fmt::format(
        "{} on {} files, {}; isolated by {}", fmt::join(tools_of(checkup), ", "), tree.files.size(),
        format_bytes(ByteCount(static_cast<std::uint64_t>(tree.total_bytes))),
        fmt::join(sandbox_->isolation().layers, ", ")));
  }
  const CheckCommand& command_;
  const CheckProgress progress_;
  const ToolRegistry& registry_;
  boost::asio::io_context loop_{1};
  boost::asio::thread_pool pool_{1};
  BackgroundTasks tasks_{loop_};
  SystemClock clock_;
  HealthBoard health_;
  ProjectStore& store_;
  // After the loop, which receives results from its thread.
  std::unique_ptr<SqliteStore> records_;
  std::unique_ptr<Sandbox> sandbox_;
  Interrupts interrupts_;
  std::unique_ptr<ExecutionService> service_;
  std::optional<CheckupId> checkup_;
  bool cancelled_ = false;
  std::optional<Result<Checked>> ended_;
};

Result<ToolRegistry> load_check_tools(const CheckCommand& command) {
  std::vector<ManifestProblem> problems;
  ToolRegistry registry = ToolRegistry::load(registry_sources(command.settings), problems);
  limit_cpus(registry, command.settings);
  registry.refresh_availability();
  for (const ManifestProblem& problem : problems) {
    fmt::print(stderr, "glovebox: {}\n", problem_line(problem));
  }
  // A check by no tool at all would report every project as clean.
  if (registry.tools().empty()) {
    return not_found("no tools are registered. --tools-dir names a folder of tool manifests");
  }
  for (const std::string& id : command.tools) GB_TRY_VOID(registry.get(ToolId(id)));
  return registry;
}

Result<int> run_check(const CheckCommand& command, const Terminal& progress,
                      const Terminal& report) {
  GB_TRY(ToolRegistry registry, load_check_tools(command));
  std::size_t slots = static_cast<std::size_t>(usable_cpus());
  if (!command.tools.empty()) slots = std::min(slots, command.tools.size());
  GB_TRY(CheckOutput output, CheckOutput::open(command));
  GB_TRY(LocalSandbox local, LocalSandbox::open(command.settings, slots));
  GB_TRY(ProjectSource source, open_project(*local.store, command.path));
  GB_TRY_VOID(confine_local(local.scratch, {}, {images_dir(command.settings)}));
  GB_TRY(auto records, SqliteStore::open(":memory:"));
  auto running = std::make_unique<CheckRun>(command, progress, registry, local, std::move(records));
  GB_TRY(Checked checked, running->run(std::move(source)));
  if (checked.tree.empty()) tell_nothing_suits();
  TreeSource source_text(*local.store, checked.tree);
  GB_TRY_VOID(output.write(checked.tools, source_text, report));
  return check_exit_code(checked.tools, command.fail_on);
}

}  // namespace

int check_command(const CheckCommand& command, const Terminal& progress, const Terminal& report) {
  Result<int> code = run_check(command, progress, report);
  if (!code.has_error()) return *code;
  fail(code.error(), command.json);
  return kExitGloveboxFailed;
}

}  // namespace glovebox
