#include "mcp_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstdio>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/log.h"
#include "cli/conclusion.h"
#include "cli/exit_code.h"
#include "cli/usable_cpus.h"
#include "execution/make_execution_service.h"
#include "interrupts.h"
#include "local_folders.h"
#include "local_sandbox.h"
#include "mcp_stdio.h"
#include "stdin_pump.h"
#include "store/artifact_store.h"
#include "store/sqlite_store.h"
#include "tool_folders.h"

namespace glovebox {
namespace {

const ClientId kMcpClient("local");
// What a client sends is kept for its next calls, not for its next day.
constexpr std::chrono::hours kKept{4};

// One service for one client, on its own loop.
class McpSession {
 public:
  McpSession(const LocalFolders& folders, ToolRegistry& registry, LocalSandbox& local,
             std::unique_ptr<SqliteStore> records, std::unique_ptr<ArtifactStore> artifacts)
      : folders_(folders),
        store_(*local.store),
        records_(std::move(records)),
        artifacts_(std::move(artifacts)),
        sandbox_(local.launcher.make_sandbox(loop_, [this](const std::string& why) { lose(why); })),
        interrupts_(loop_, [this] { loop_.stop(); }),
        service_(
            make_execution_service({loop_, pool_, registry, store_, *sandbox_, *records_, *records_,
                                    *records_, clock_, health_, nullptr, artifacts_.get()},
                                   execution_options())),
        mcp_(loop_, service_->parts(), mcp_options()) {}
  ~McpSession() { mcp_.stop(); }

  // `in`: see McpStdio.
  Result<void> run(UniqueFd in, int out) {
    McpStdio client(loop_, mcp_, kMcpClient, std::move(in), out);
    boost::asio::co_spawn(loop_, serve(client), [this](std::exception_ptr thrown) {
      if (thrown) ended_ = internal_error("the session ended with an exception");
      loop_.stop();
    });
    loop_.run();
    // Calls that wait are given up with their client.
    mcp_.stop();
    mcp_.join();
    return std::move(ended_);
  }

 private:
  static ExecutionOptions execution_options() {
    ExecutionOptions options;
    options.hourly_per_client = 0;
    options.concurrent_per_client = 0;
    options.project_ttl = kKept;
    options.job_ttl = kKept;
    return options;
  }
  McpOptions mcp_options() {
    McpOptions options;
    options.texts.projects = folders_.text();
    options.job_ttl = kKept;
    options.local_project = [this](ClientId client, std::string text) {
      return find_project(std::move(client), std::move(text));
    };
    return options;
  }

  Awaitable<Result<std::optional<ProjectId>>> find_project(ClientId client, std::string text) {
    std::optional<std::filesystem::path> folder = folders_.find(text);
    if (!folder && text.starts_with('/')) {
      std::string which =
          folders_.roots().empty() ? "No folder was given to 'glovebox mcp'." : folders_.text();
      co_return validation_error("\"projectId\": " + escape_for_log(text) +
                                 " is not a folder that may be checked. " + which)
          .with("field", "projectId");
    }
    if (!folder) co_return std::optional<ProjectId>();
    auto adding = add_local_folder(pool_, store_, *records_, clock_, std::move(client), *folder);
    GB_CO_TRY(ProjectId id, co_await std::move(adding));
    co_return std::optional(std::move(id));
  }

  Awaitable<void> serve(McpStdio& client) {
    co_await service_->start();
    co_await client.run();
  }

  void lose(const std::string& why) {
    ended_ = internal_error("the sandbox was lost: " + why);
    loop_.stop();
  }

  const LocalFolders& folders_;
  boost::asio::io_context loop_{1};
  boost::asio::thread_pool pool_{1};
  SystemClock clock_;
  HealthBoard health_;
  ProjectStore& store_;
  // After the loop, which receives results from its thread.
  std::unique_ptr<SqliteStore> records_;
  std::unique_ptr<ArtifactStore> artifacts_;
  std::unique_ptr<Sandbox> sandbox_;
  Interrupts interrupts_;
  std::unique_ptr<ExecutionService> service_;
  McpService mcp_;
  Result<void> ended_ = ok();
};

ToolRegistry load_mcp_tools(const RegistrySources& sources, const Settings& settings) {
  std::vector<ManifestProblem> problems;
  ToolRegistry registry = ToolRegistry::load(sources, problems);
  limit_cpus(registry, settings);
  registry.refresh_availability();
  for (const ManifestProblem& problem : problems) {
    fmt::print(stderr, "glovebox: {}\n", problem_line(problem));
  }
  return registry;
}

Result<void> run_mcp(const McpCommand& command) {
  RegistrySources sources = registry_sources(command.settings);
  ToolRegistry registry = load_mcp_tools(sources, command.settings);
  GB_TRY(LocalFolders folders, LocalFolders::open(command.folders));
  auto slots = static_cast<std::size_t>(usable_cpus());
  GB_TRY(LocalSandbox local, LocalSandbox::open(command.settings, slots));
  GB_TRY(auto artifacts, ArtifactStore::open(local.scratch.path() / "artifacts"));
  std::vector<std::filesystem::path> read_only = folders.roots();
  read_only.insert(read_only.end(), sources.examples_dirs.begin(), sources.examples_dirs.end());
  if (!sources.images_dir.empty()) read_only.push_back(sources.images_dir);
  GB_TRY_VOID(confine_local(local.scratch, {}, read_only));
  GB_TRY(auto records, SqliteStore::open(":memory:"));
  auto session = std::make_unique<McpSession>(folders, registry, local, std::move(records),
                                              std::move(artifacts));
  StdinPump input;
  GB_TRY(UniqueFd in, input.start(STDIN_FILENO));
  return session->run(std::move(in), STDOUT_FILENO);
}

}  // namespace

int mcp_command(const McpCommand& command) {
  Result<void> ended = run_mcp(command);
  if (ended.has_value()) return 0;
  fail(ended.error(), false);
  return kExitGloveboxFailed;
}

}  // namespace glovebox
