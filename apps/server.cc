#include "server.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <csignal>
#include <cstdio>

#include "auth/watched_keys.h"
#include "base/audit_log.h"
#include "base/clock.h"
#include "base/disk_usage.h"
#include "base/log.h"
#include "base/memory_budget.h"
#include "base/memory_limit.h"
#include "cli/exit_code.h"
#include "execution/async/background_tasks.h"
#include "execution/job_log.h"
#include "execution/make_execution_service.h"
#include "http/server.h"
#include "local_sandbox.h"
#include "metrics/metrics.h"
#include "sign_in/sign_in.h"
#include "store/artifact_store.h"
#include "store/data_check.h"
#include "store/output_journal.h"
#include "store/sqlite_store.h"

namespace glovebox {
namespace {

constexpr std::size_t kPoolThreads = 2;
// Time for responses that are still being written when the last job has ended.
constexpr auto kFinishTime = std::chrono::seconds(5);

ToldLimits told_limits(const Settings& settings) {
  ToldLimits told;
  told.unpacked = settings.unpacked_bytes;
  told.file = settings.file_bytes;
  told.archive_entries = settings.archive_entries;
  told.archive_ratio = settings.archive_ratio;
  told.hourly_per_client = settings.hourly_per_client;
  told.concurrent_per_client = settings.concurrent_per_client;
  told.job_ttl = settings.job_ttl;
  return told;
}

HttpOptions http_options(const Settings& settings, const ListenAddress& address) {
  HttpOptions options;
  options.address = address.host;
  options.port = address.port;
  options.public_url = settings.public_url;
  options.trusted_proxies = settings.trusted_proxies;
  options.allowed_hosts = settings.allowed_hosts;
  options.upload = settings.upload_bytes;
  options.streams_per_client = static_cast<std::size_t>(settings.streams_per_client);
  options.trusted_user_header = settings.trusted_user_header;
  options.deep_ready = settings.ready_check == "deep";
  options.told = told_limits(settings);
  options.console = console_files();
  options.docs_dir = docs_dir(settings);
  return options;
}

// In the landlock tier, the jobs' work folders are temporary, and uploads in progress have their
// own room.
Result<ByteCount> measure(const std::filesystem::path& data) {
  std::uint64_t bytes = 0;
  for (const char* part : {"artifacts", "output", "projects/trees", "projects/index", "glovebox.db",
                           "glovebox.db-wal", "glovebox.db-shm"}) {
    GB_TRY(ByteCount of_part, allocated_below(data / part));
    bytes += of_part.bytes();
  }
  return ByteCount(bytes);
}

StorageOptions storage_options(const Settings& settings, const DataDir& data) {
  StorageOptions options;
  options.limits.quota = settings.storage_quota;
  options.disk = [path = data.path] { return disk_space(path); };
  options.measure = [path = data.path] { return measure(path); };
  return options;
}

// The rest is for the program itself, its launcher and slots, and for jobs.
ByteCount budget_of(ByteCount usable) {
  static constexpr std::uint64_t kPart = 4;
  static constexpr std::uint64_t kLeast = 4 << 20;
  return ByteCount(std::max(kLeast, usable.bytes() / kPart));
}

ExecutionOptions execution_options(const Settings& settings, const DataDir& data) {
  ExecutionOptions options;
  options.queue_capacity = static_cast<std::size_t>(settings.queue_capacity);
  options.hourly_per_client = settings.hourly_per_client;
  options.concurrent_per_client = settings.concurrent_per_client;
  options.project_ttl = settings.project_ttl;
  options.job_ttl = settings.job_ttl;
  options.storage = storage_options(settings, data);
  return options;
}

// Null if people do not sign in.
std::unique_ptr<SignIn> make_sign_in(const Settings& settings, const ServerGround& ground,
                                     Outbound& outbound, const Clock& clock) {
  if (settings.oidc_issuer.empty()) return nullptr;
  ClientRegistration client{settings.oidc_issuer, settings.oidc_client_id,
                            ground.oidc_client_secret};
  return std::make_unique<SignIn>(outbound, std::move(client), settings.session_ttl, clock);
}

// Null if no key is required.
Result<std::unique_ptr<WatchedKeys>> watched_keys(boost::asio::io_context& loop,
                                                  const Settings& settings) {
  if (settings.keys_file.empty()) return std::unique_ptr<WatchedKeys>();
  return WatchedKeys::open(loop, settings.keys_file, {});
}

LimitsOfClient limits_by_key(const ApiKeys& keys) {
  return [&keys](const ClientId& client, ClientLimits limits) {
    const ApiKey* key = keys.find_client(client);
    if (key == nullptr) return limits;
    limits.hourly = key->hourly_per_client.value_or(limits.hourly);
    limits.concurrent = key->concurrent_per_client.value_or(limits.concurrent);
    return limits;
  };
}

// Each connection and each job needs a few descriptors. Returns how many connections the process
// has descriptors for.
std::size_t raise_descriptor_limit(std::size_t slots) {
  // Its socket, input and output, the journal of its output, and its artifacts.
  static constexpr rlim_t kForASlot = 8 + kArtifactWindow;
  const rlim_t kForTheRest = 128 + slots * kForASlot;
  static constexpr rlim_t kFewest = 64;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kFewest;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  // Some connections send a file.
  rlim_t for_connections = limit.rlim_cur > kForTheRest ? limit.rlim_cur - kForTheRest : 0;
  return std::max(kFewest, for_connections / 2);
}

// The first SIGTERM or SIGINT drains the server, the second ends it immediately. Without a sandbox
// there is nothing to drain: queued jobs stay in the database.
class Shutdown {
 public:
  Shutdown(boost::asio::io_context& loop, ExecutionService& service, HttpServer& server,
           std::chrono::milliseconds grace)
      : loop_(loop),
        service_(service),
        server_(server),
        grace_(grace),
        signals_(loop),
        tasks_(loop) {
    signals_.add(SIGTERM);
    signals_.add(SIGINT);
    wait();
  }

  void lose_sandbox(const std::string& why) {
    spdlog::critical(
        "{}: exiting with code {} so that the service manager restarts the server; accepted jobs "
        "run after the restart",
        why, kExitSandboxLost);
    end_ = ServerEnd::kSandboxLost;
    if (!std::exchange(draining_, true)) tasks_.spawn("shutdown", drain(kNoGrace));
  }
  ServerEnd end() const { return end_; }

 private:
  static constexpr std::chrono::milliseconds kNoGrace{0};

  void wait() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      if (draining_) {
        spdlog::warn("second signal: exiting immediately");
        server_.stop();
        loop_.stop();
        return;
      }
      draining_ = true;
      spdlog::info("draining: no new jobs; running jobs have {} to finish",
                   format_duration(grace_));
      tasks_.spawn("shutdown", drain(grace_));
      wait();
    });
  }
  Awaitable<void> drain(std::chrono::milliseconds grace) {
    co_await service_.drain(grace);
    co_await server_.finish(kFinishTime);
    spdlog::info("drained");
    loop_.stop();
  }

  boost::asio::io_context& loop_;
  ExecutionService& service_;
  HttpServer& server_;
  std::chrono::milliseconds grace_;
  boost::asio::signal_set signals_;
  BackgroundTasks tasks_;
  bool draining_ = false;
  ServerEnd end_ = ServerEnd::kStopped;
};

// SIGHUP: the audit log's file was renamed, or will be removed. Without one the signal has its
// default effect, so that the server ends with its terminal.
class AuditRotation {
 public:
  AuditRotation(boost::asio::io_context& loop, AuditLog* audit) : signals_(loop), audit_(audit) {
    if (audit_ == nullptr) return;
    signals_.add(SIGHUP);
    wait();
  }

 private:
  void wait() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      audit_->reopen();
      wait();
    });
  }

  boost::asio::signal_set signals_;
  AuditLog* audit_;
};

// An exception affects only the handler that threw it; the others continue.
void run_loop(boost::asio::io_context& loop) {
  for (;;) {
    try {
      loop.run();
      return;
    } catch (const std::exception& thrown) {
      spdlog::error("a handler ended with an exception: {}", thrown.what());
    }
  }
}

std::vector<ToolId> tool_ids(const ToolRegistry& registry) {
  std::vector<ToolId> ids;
  for (const Tool& tool : registry.tools()) ids.push_back(tool.id);
  return ids;
}

MetricSources metric_sources(ExecutionService& service, const Sandbox& sandbox,
                             ServerGround& ground, const HttpServer& server) {
  return {service.parts().status,
          sandbox,
          ground.process,
          [path = ground.data.path] { return disk_space(path); },
          [&server] { return server.connections(); },
          [&server] { return server.streams(); }};
}

// Null where metrics have no listener of their own.
Result<std::unique_ptr<HttpServer>> metrics_server_of(boost::asio::io_context& loop,
                                                      const ServerGround& ground,
                                                      const Settings& settings, Metrics& metrics) {
  // Prometheus keeps one connection; a second server of it another.
  static constexpr std::size_t kConnections = 32;
  if (!ground.metrics_address) return std::unique_ptr<HttpServer>();
  HttpOptions options;
  options.address = ground.metrics_address->host;
  options.port = ground.metrics_address->port;
  options.allowed_hosts = settings.allowed_hosts;
  options.connections = kConnections;
  options.metrics = [&metrics] { return metrics.text(); };
  auto server = make_metrics_server(loop, std::move(options));
  if (server.has_error()) return std::move(server).error().with_context("[metrics] listen");
  spdlog::info("metrics at {}/metrics", (*server)->url());
  return server;
}

// What must be ready before the first request.
void run_to_end(boost::asio::io_context& loop, Awaitable<void> task) {
  bool ended = false;
  boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr thrown) {
    if (thrown) std::rethrow_exception(thrown);
    ended = true;
  });
  while (!ended && loop.run_one() > 0) continue;
}

}  // namespace

Result<ServerGround> prepare_server(const Settings& settings) {
  ServerGround ground;
  GB_TRY(ground.address, parse_listen_address(settings.listen));
  if (!settings.metrics_listen.empty()) {
    auto address = parse_listen_address(settings.metrics_listen);
    if (address.has_error()) return std::move(address).error().with_context("[metrics] listen");
    ground.metrics_address = *address;
  }
  ground.sources = registry_sources(settings);
  ground.memory = usable_memory();
  GB_TRY(ground.data, open_data_dir(settings.data_dir));
  // SQLite must not use temporary files in folders to which this process can no longer write.
  ::setenv("SQLITE_TMPDIR", ground.data.path.c_str(), 1);
  // Before the store of projects, which removes what no record names.
  GB_TRY_VOID(refuse_orphans(ground.data.path));
  GB_TRY(ground.store, ProjectStore::open(ground.data.path / "projects", archive_limits(settings)));
  return ground;
}

void load_tools(const Settings& settings, ServerGround& ground) {
  std::vector<ManifestProblem> problems;
  ground.registry = ToolRegistry::load(ground.sources, problems);
  limit_cpus(ground.registry, settings);
  ground.registry.refresh_availability();
  ground.presets = presets_of(settings, ground.registry, problems);
  for (const ManifestProblem& problem : problems) spdlog::error("{}", problem_line(problem));
  const auto& tools = ground.registry.tools();
  auto available = std::count_if(tools.begin(), tools.end(), [](const Tool& tool) {
    return tool.status == ToolStatus::kAvailable;
  });
  spdlog::info("{} tools, {} available; {} presets", tools.size(), available,
               ground.presets.size());
}

Result<ServerEnd> run_server(const Settings& settings, ServerGround& ground, SenderProcess& sender,
                             const MakeSandbox& make_sandbox) {
  HttpOptions http = http_options(settings, ground.address);
  const DataDir& data = ground.data;
  SystemClock clock;
  HealthBoard health;
  std::unique_ptr<AuditLog> audit;  // null: its events go to the log
  if (!settings.audit_file.empty()) {
    GB_TRY(audit, AuditLog::open(settings.audit_file, health));
  }
  JobLog job_log;
  // Before all parts that it observes.
  Metrics metrics(tool_ids(ground.registry));
  // Created before all objects whose threads pass results to it (store, pool), so that it is
  // destroyed last.
  boost::asio::io_context loop(1);
  GB_TRY(auto records, SqliteStore::open(data.path / "glovebox.db", SqliteStore::kCapacity, &health,
                                         [&metrics](auto time) { metrics.committed(time); }));
  GB_TRY(auto artifacts, ArtifactStore::open(data.path / "artifacts"));
  GB_TRY(std::unique_ptr<WatchedKeys> keys, watched_keys(loop, settings));
  boost::asio::thread_pool pool(kPoolThreads);
  OnLost on_lost = [](const std::string&) {};
  std::unique_ptr<Sandbox> sandbox =
      make_sandbox(loop, [&on_lost](const std::string& why) { on_lost(why); });
  http.connections = std::min(http.connections, raise_descriptor_limit(sandbox->slots()));
  GB_TRY(OutputJournal journal, OutputJournal::open(data.path / "output"));
  std::unique_ptr<Outbound> outbound = sender.make_outbound(loop, health);
  ExecutionDeps deps{loop,          pool,           ground.registry, *ground.store,
                     *sandbox,      *records,       *records,        *records,
                     clock,         health,         &journal,        artifacts.get(),
                     records.get(), outbound.get(), records.get()};
  ExecutionOptions execution = execution_options(settings, data);
  auto memory = std::make_shared<const MemoryBudget>(budget_of(ground.memory));
  spdlog::info("{} of memory for job outputs, responses and request bodies",
               format_bytes(memory->limit()));
  execution.memory = memory;
  execution.observers = {&metrics.jobs(), &job_log};
  execution.project_observer = &metrics.projects();
  execution.canary_observer = &metrics.canary();
  execution.presets = std::move(ground.presets);
  execution.webhooks_per_client = settings.webhooks_per_client;
  execution.webhook_secrets = ground.webhook_secrets;
  http.memory = memory;
  http.on_refusal = [&metrics](const Error& error) { metrics.refused(error); };
  http.audit = audit.get();
  std::unique_ptr<SignIn> sign_in = make_sign_in(settings, ground, *outbound, clock);
  http.sign_in = sign_in.get();
  if (keys) {
    execution.limits_of_client = limits_by_key(keys->keys());
    http.keys = &keys->keys();
    http.metrics = [&metrics] { return metrics.text(); };
  }
  auto service = make_execution_service(deps, std::move(execution));
  run_to_end(loop, service->start());
  GB_TRY(auto server, make_http_server(loop, service->parts(), std::move(http)));
  metrics.read_from(metric_sources(*service, *sandbox, ground, *server));
  GB_TRY(auto metrics_server, metrics_server_of(loop, ground, settings, metrics));
  Shutdown shutdown(loop, *service, *server, settings.drain_timeout);
  AuditRotation rotation(loop, audit.get());
  on_lost = [&shutdown](const std::string& why) { shutdown.lose_sandbox(why); };
  fmt::print("listening on {}\n", server->url());
  std::fflush(stdout);
  // It may have been lost while jobs were recovered.
  if (std::string why = sandbox->outage(); sandbox->is_lost()) shutdown.lose_sandbox(why);
  run_loop(loop);
  return shutdown.end();
}

}  // namespace glovebox
