#include "check_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cerrno>
#include <cstdio>
#include <optional>

#include "base/clean_text.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/os.h"
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

// What was checked; `tree` empty: no tool suits.
struct Checked {
  std::vector<CheckedTool> tools;
  std::string tree;
};

// One check-up of one service, on its own loop.
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

  // Whether any can run. Says which suit and cannot.
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
    if (!missing.empty()) {
      fmt::print(stderr,
                 "glovebox: not run, because this machine lacks them: {} ('glovebox tools' says "
                 "why)\n",
                 fmt::join(missing, ", "));
    }
    if (!any && !missing.empty()) {
      co_return Error(ErrorKind::kConflict, "no tool that suits this project can run here");
    }
    co_return any;
  }

  // Tells each end as it comes, and returns when all are there.
  Awaitable<Result<Checkup>> watch() {
    Checkups& checkups = service_->parts().checkups;
    GB_CO_TRY(std::unique_ptr<CheckupFollower> follower,
              co_await checkups.follow(kCheckClient, *checkup_, std::string()));
    for (;;) {
      std::optional<CheckupEvent> event = co_await follower->next(std::chrono::minutes(1));
      if (!event && follower->over()) co_return internal_error("the check was given up");
      if (!event) continue;
      if (auto* complete = std::get_if<CheckupEvent::Complete>(&event->what)) {
        co_return std::move(complete->checkup);
      }
      tell_change(std::get<CheckupEvent::JobChanged>(event->what).job);
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
      for (const std::string& line : result.output) {
        std::string clean = clean_line(line, kMaxLastLine);
        if (!clean.empty()) checked.last_line = std::move(clean);
      }
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
    // What has ended needs no cancel.
    static_cast<void>(co_await service_->parts().checkups.cancel(kCheckClient, std::move(id)));
  }

  void tell_start(const Checkup& checkup, const ProjectTree& tree) const {
    std::vector<std::string> tools;
    for (const Job& job : checkup.jobs) tools.push_back(job.tool_id.str());
    tell(fmt::format("{} on {} files, {}; isolated by {}", fmt::join(tools, ", "),
                     tree.files.size(),
                     format_bytes(ByteCount(static_cast<std::uint64_t>(tree.total_bytes))),
                     fmt::join(sandbox_->isolation().layers, ", ")));
  }
  void tell_change(const Job& job) const {
    if (job.status == JobStatus::kQueued) return;
    if (job.status == JobStatus::kRunning) return tell(job.tool_id.str() + ": runs");
    std::optional<Verdict> verdict = verdict_in_checkup(job);
    std::string_view word = verdict ? verdict_name(*verdict) : job_status_name(job.status);
    tell(fmt::format("{}: {}, {}", job.tool_id.str(), word,
                     format_duration(*job.finished_at - job.started_at.value_or(job.created_at))));
  }
  void tell(const std::string& text) const {
    if (!progress_.interactive) return;
    fmt::print(stderr, "{}\n", progress_.paint(Color::kDim, "glovebox: " + text));
  }

  static constexpr std::size_t kMaxLastLine = 300;

  const CheckCommand& command_;
  const Terminal& progress_;
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
  for (const std::string& id : command.tools) GB_TRY_VOID(registry.get(ToolId(id)));
  return registry;
}

// Opened before this process is restricted, and written at the end: what was there stays until
// then.
Result<std::vector<UniqueFd>> open_reports(const CheckCommand& command) {
  std::vector<UniqueFd> files;
  for (const CheckReport& report : command.reports) {
    if (report.file == "-") {
      files.emplace_back();
      continue;
    }
    auto file = os::open(report.file, O_WRONLY | O_CREAT, 0666);
    if (file.has_error()) return std::move(file).error().with_kind(ErrorKind::kUser);
    files.push_back(std::move(*file));
  }
  return files;
}

Result<void> write_one_report(ReportFormat format, std::span<const ReportRun> runs, UniqueFd file) {
  if (::ftruncate(file.get(), 0) != 0 && errno != EINVAL) {  // EINVAL: a pipe or a device
    return Error::from_errno("ftruncate", "", errno);
  }
  std::FILE* out = ::fdopen(file.get(), "w");
  if (out == nullptr) return Error::from_errno("fdopen", "", errno);
  static_cast<void>(file.release());
  write_report(format, runs,
               [&](std::string_view text) { std::fwrite(text.data(), 1, text.size(), out); });
  bool failed = std::ferror(out) != 0;
  if (std::fclose(out) != 0 || failed) return Error::from_errno("write", "", errno);
  return ok();
}

Result<void> write_check(const CheckCommand& command, const Terminal& terminal,
                         const ProjectStore& store, const Checked& checked,
                         std::vector<UniqueFd> files) {
  std::vector<ReportRun> runs = report_runs(checked.tools);
  ReportSink to_stdout = [](std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
  };
  bool text_wanted = !command.json;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const CheckReport& report = command.reports[i];
    if (report.file == "-") {
      text_wanted = false;
      write_report(report.format, runs, to_stdout);
      continue;
    }
    Result<void> written = write_one_report(report.format, runs, std::move(files[i]));
    if (written.has_error()) {
      return std::move(written).error().with_kind(ErrorKind::kUser).with_context(report.file);
    }
  }
  if (command.json) fmt::print("{}\n", check_json(checked.tools));
  if (text_wanted) {
    TreeSource source(store, checked.tree);
    TextReportOptions options;
    options.colours = terminal.color ? TextColours::kOn : TextColours::kOff;
    options.source = &source;
    write_text_report(runs, to_stdout, options);
  }
  std::fflush(stdout);
  return ok();
}

Result<int> run_check(const CheckCommand& command, const Terminal& progress,
                      const Terminal& report) {
  GB_TRY(ToolRegistry registry, load_check_tools(command));
  std::size_t slots = static_cast<std::size_t>(usable_cpus());
  if (!command.tools.empty()) slots = std::min(slots, command.tools.size());
  GB_TRY(std::vector<UniqueFd> files, open_reports(command));
  GB_TRY(LocalSandbox local, LocalSandbox::open(command.settings, slots));
  GB_TRY(ProjectSource source, open_project(*local.store, command.path));
  GB_TRY_VOID(confine_local(local.scratch, {}));
  GB_TRY(auto records, SqliteStore::open(":memory:"));
  auto running = std::make_unique<CheckRun>(command, progress, registry, local, std::move(records));
  GB_TRY(Checked checked, running->run(std::move(source)));
  if (checked.tree.empty()) {
    fmt::print(stderr, "glovebox: no tool that takes part in checks has files here\n");
  }
  GB_TRY_VOID(write_check(command, report, *local.store, checked, std::move(files)));
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
