#include "serve_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/log.h"
#include "cli/exit_code.h"
#include "cli/requirements.h"
#include "cli/run_report.h"
#include "cli/usable_cpus.h"
#include "confinement.h"
#include "images/image_store.h"
#include "local_sandbox.h"
#include "outbound/sender_process.h"
#include "sandbox/pool/launcher_process.h"
#include "sender.h"
#include "server.h"

namespace glovebox {
namespace {

constexpr int kExitServerFailed = 1;

Result<LauncherProcess> begin_launcher(const Settings& settings, const ServerGround& ground,
                                       const SenderProcess& sender) {
  LauncherOptions options;
  options.slots =
      static_cast<std::size_t>(settings.concurrency > 0 ? settings.concurrency : usable_cpus());
  options.project_root = ground.store->trees_dir();
  options.work_root = ground.data.path / "work";
  options.roots_dir = roots_of_images(settings);
  options.end_orphans = true;
  options.other_children = {sender.pid()};
  return LauncherProcess::begin(options);
}

Result<void> await_launcher(const Settings& settings, LauncherProcess& launcher) {
  GB_TRY_VOID(launcher.stand());
  const IsolationReport& report = launcher.isolation();
  GB_TRY_VOID(check_requirements(report, settings.require_tier, settings.require_layers));
  spdlog::info("{} slots; isolation: {} ({})", launcher.slots(), tier_name(report.tier),
               fmt::join(report.layers, ", "));
  for (const MissingLayer& layer : report.missing) {
    spdlog::warn("isolation without {}: {}; {}", layer.layer, layer.why, layer.remedy);
  }
  return ok();
}

// The folder of the keys file and of its target: a changed file is a new file in that folder.
std::vector<std::filesystem::path> folders_of(const std::string& keys_file) {
  if (keys_file.empty()) return {};
  std::error_code code;
  std::filesystem::path path = std::filesystem::absolute(keys_file, code);
  std::filesystem::path target = std::filesystem::weakly_canonical(path, code);
  return {path.parent_path(), target.parent_path()};
}

ConfinementPlan confinement_plan(const DataDir& data, const RegistrySources& sources,
                                 const Settings& settings, std::vector<std::uint16_t> ports) {
  ConfinementPlan plan;
  plan.read_write = {data.path, "/dev/null"};
  plan.read_only = {"/usr", "/lib", "/lib64", "/etc", "/dev/urandom"};
  for (const auto& folders : {sources.tools_dirs, sources.examples_dirs}) {
    plan.read_only.insert(plan.read_only.end(), folders.begin(), folders.end());
  }
  std::vector<std::filesystem::path> keys_folders = folders_of(settings.keys_file);
  plan.read_only.insert(plan.read_only.end(), keys_folders.begin(), keys_folders.end());
  if (!settings.audit_file.empty()) {
    std::error_code code;
    std::filesystem::path path = std::filesystem::absolute(settings.audit_file, code);
    plan.append = {path.parent_path()};
  }
  if (std::filesystem::path docs = docs_dir(settings); !docs.empty()) {
    plan.read_only.push_back(std::move(docs));
  }
  plan.bind_ports = std::move(ports);
  if (!sources.images_dir.empty()) plan.read_only.push_back(sources.images_dir);
  return plan;
}

std::vector<std::uint16_t> ports_of(const ServerGround& ground) {
  std::vector<std::uint16_t> ports{ground.address.port};
  if (ground.metrics_address) ports.push_back(ground.metrics_address->port);
  return ports;
}

// Makes the folder, which slots see from their start, and removes what killed pulls have left. A
// folder that nobody has asked for may be one that this user cannot make.
Result<void> prepare_images(const Settings& settings) {
  std::filesystem::path folder = images_dir(settings);
  if (folder.empty()) return ok();
  Result<ImageStore> store = ImageStore::open(folder);
  if (store.has_value()) return ok();
  if (!settings.images_dir.empty() && !ImageFolders(folder).exist()) return store.error();
  spdlog::info("images: {}", escape_for_log(store.error().message()));
  return ok();
}

// Parts in the order of their start; they end in reverse order.
Result<ServerEnd> serve(const Settings& settings) {
  GB_TRY(ServerGround ground, prepare_server(settings));
  GB_TRY(SenderOptions sending, sender_options(settings));
  GB_TRY(SenderProcess sender, SenderProcess::begin(sending));
  GB_TRY(ground.webhook_secrets, read_webhook_secrets(settings.secret_file));
  GB_TRY_VOID(check_sign_in(settings));
  GB_TRY_VOID(prepare_images(settings));
  GB_TRY(LauncherProcess launcher, begin_launcher(settings, ground, sender));
  load_tools(settings, ground);
  GB_TRY(ground.oidc_client_secret, read_client_secret(settings.oidc_client_secret_file));
  GB_TRY_VOID(await_launcher(settings, launcher));
  ground.process = ProcessStats::open();
  GB_TRY_VOID(confine_this_process(
      confinement_plan(ground.data, ground.sources, settings, ports_of(ground))));
  return run_server(settings, ground, sender, [&](boost::asio::io_context& loop, OnLost on_lost) {
    return launcher.make_sandbox(loop, std::move(on_lost));
  });
}

}  // namespace

int serve_command(const ServeCommand& command) {
  Result<ServerEnd> served = serve(command.settings);
  if (served.has_value()) return *served == ServerEnd::kSandboxLost ? kExitSandboxLost : 0;
  if (command.settings.log_format == "json") {
    spdlog::critical("{}", served.error().message());
  } else {
    fmt::print(stderr, "{}", error_line(served.error()));
  }
  return kExitServerFailed;
}

}  // namespace glovebox
