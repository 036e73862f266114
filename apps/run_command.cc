#include "run_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstdio>
#include <optional>

#include "base/clock.h"
#include "base/log.h"
#include "cli/conclusion.h"
#include "cli/import_report.h"
#include "cli/standard_input.h"
#include "execution/async/background_tasks.h"
#include "execution/make_execution_service.h"
#include "interrupts.h"
#include "live_output.h"
#include "local_sandbox.h"
#include "save_artifacts.h"
#include "store/sqlite_store.h"
#include "tool_folders.h"

namespace glovebox {
namespace {

const ClientId kLocalClient("local");

// Shows the job's output while it runs.
class ShowOutput final : public JobObserver {
 public:
  explicit ShowOutput(LiveOutput& output) : output_(output) {}

  void output_appended(const JobId&, OutputStream stream, std::string_view bytes) override {
    output_.write(stream, bytes);
  }
  bool wants_all_output() const override { return true; }

 private:
  LiveOutput& output_;
};

// One job of one service, on its own loop.
class LocalRun {
 public:
  LocalRun(const RunCommand& command, const Terminal& terminal, ToolRegistry& registry,
           LocalSandbox& local, std::unique_ptr<SqliteStore> records)
      : command_(command),
        terminal_(terminal),
        store_(*local.store),
        records_owner_(std::move(records)),
        records_(*records_owner_),
        sandbox_(local.launcher.make_sandbox(loop_, [this](const std::string& why) { lose(why); })),
        output_([this] { cancel(); }),
        show_output_(output_),
        interrupts_(loop_, [this] { cancel(); }),
        service_(make_execution_service({loop_, pool_, registry, store_, *sandbox_, records_,
                                         records_, records_, clock_, health_},
                                        options())) {}

  Result<Conclusion> run(ProjectSource source, ExecuteRequest request) {
    boost::asio::co_spawn(loop_, execute(std::move(source), std::move(request)),
                          [&](std::exception_ptr thrown, Result<Conclusion> conclusion) {
                            if (thrown) {
                              ended_ = internal_error("the run ended with an exception");
                            } else {
                              ended_ = std::move(conclusion);
                            }
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
    if (!command_.json) options.observers.push_back(&show_output_);
    options.on_artifacts = [this](const JobId&, std::vector<CollectedArtifact> artifacts) {
      if (!command_.artifacts_dir.empty()) saved_ = saver_.save(std::move(artifacts));
    };
    return options;
  }

  Awaitable<Result<Conclusion>> execute(ProjectSource source, ExecuteRequest request) {
    GB_CO_TRY(ProjectTree tree, store_project(store_, std::move(source)));
    print_import_notes(tree.notes);
    Project project = local_project(tree, command_.path, kLocalClient, clock_.wall_now());
    request.project_id = project.id;
    tell(fmt::format("{} on {} files, {}; isolated by {}", command_.tool, project.file_count,
                     format_bytes(ByteCount(static_cast<std::uint64_t>(project.total_bytes))),
                     fmt::join(sandbox_->isolation().layers, ", ")));
    GB_CO_TRY_VOID(co_await records_.add_project(std::move(project)));
    co_await service_->start();
    GB_CO_TRY(SubmittedJob submitted,
              co_await service_->parts().jobs.submit(kLocalClient, std::move(request)));
    job_ = std::move(submitted.id);
    if (cancelled_) cancel();
    GB_CO_TRY(ExecutionResult result, co_await service_->parts().jobs.wait(*job_));
    GB_CO_TRY_VOID(std::move(saved_));
    Conclusion conclusion{std::move(result.job), std::move(result.output), command_.artifacts_dir};
    conclusion.output_closed = output_.closed();
    co_return conclusion;
  }

  // Otherwise the job would wait for a slot that never comes.
  void lose(const std::string& why) {
    ended_ = internal_error("the run was lost: " + why);
    loop_.stop();
  }

  void cancel() {
    cancelled_ = true;
    if (job_) tasks_.spawn("cancel", cancel_job(*job_));
  }
  Awaitable<void> cancel_job(JobId id) {
    // A job that has ended needs no cancel.
    static_cast<void>(co_await service_->parts().jobs.cancel(kLocalClient, id));
  }

  void tell(const std::string& text) const {
    if (!terminal_.interactive) return;
    fmt::print(stderr, "{}\n", terminal_.paint(Color::kDim, "glovebox: " + text));
  }

  const RunCommand& command_;
  const Terminal& terminal_;
  boost::asio::io_context loop_{1};
  boost::asio::thread_pool pool_{1};
  BackgroundTasks tasks_{loop_};
  SystemClock clock_;
  HealthBoard health_;
  ProjectStore& store_;
  // After the loop, which receives results from its thread.
  std::unique_ptr<SqliteStore> records_owner_;
  SqliteStore& records_;
  std::unique_ptr<Sandbox> sandbox_;
  LiveOutput output_;
  ShowOutput show_output_;
  Interrupts interrupts_;
  std::unique_ptr<ExecutionService> service_;
  std::optional<JobId> job_;
  bool cancelled_ = false;
  ArtifactSaver saver_{command_.artifacts_dir};
  Result<void> saved_;
  std::optional<Result<Conclusion>> ended_;
};

// Also reports whether a broken manifest may be the reason why the tool is missing.
Result<ToolRegistry> load_tools(const RunCommand& command) {
  std::vector<ManifestProblem> problems;
  ToolRegistry registry = ToolRegistry::load(registry_sources(command.settings), problems);
  limit_cpus(registry, command.settings);
  registry.refresh_availability();
  if (registry.find(ToolId(command.tool)) != nullptr) return registry;
  for (const ManifestProblem& problem : problems) {
    fmt::print(stderr, "glovebox: {}\n", problem_line(problem));
  }
  GB_TRY_VOID(registry.get(ToolId(command.tool)));
  return registry;
}

Result<Conclusion> run(const RunCommand& command, const Terminal& terminal) {
  GB_TRY(ToolRegistry registry, load_tools(command));
  const Tool& tool = *registry.find(ToolId(command.tool));
  ExecuteRequest request{.tool_id = tool.id, .timeout = command.timeout};
  GB_TRY(request.parameters, parse_parameter_texts(tool, command.parameters));
  if (tool.takes_stdin) {
    GB_TRY(request.stdin_text, read_standard_input());
  }
  GB_TRY(LocalSandbox local, LocalSandbox::open(command.settings));
  GB_TRY(ProjectSource source, open_project(*local.store, command.path));
  GB_TRY_VOID(confine_local(local.scratch, command.artifacts_dir, {images_dir(command.settings)}));
  GB_TRY(auto records, SqliteStore::open(":memory:"));
  auto running = std::make_unique<LocalRun>(command, terminal, registry, local, std::move(records));
  return running->run(std::move(source), std::move(request));
}

}  // namespace

int run_command(const RunCommand& command, const Terminal& terminal) {
  Result<Conclusion> ended = run(command, terminal);
  if (ended.has_error()) return fail(ended.error(), command.json);
  return conclude(ended.value(), command.json, terminal);
}

}  // namespace glovebox
