// The server in three parts. Between them the caller starts the launcher and then gives up
// privileges, which is possible only while the process has one thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "base/result.h"
#include "base/units.h"
#include "cli/listen_address.h"
#include "cli/settings.h"
#include "data_dir.h"
#include "metrics/process_stats.h"
#include "outbound/sender_process.h"
#include "projects/project_store.h"
#include "registry/tool_registry.h"
#include "sandbox/pool/launcher_process.h"
#include "sandbox/sandbox.h"
#include "tool_folders.h"

namespace glovebox {

// The parts that exist before anything runs.
struct ServerGround {
  ListenAddress address;
  std::optional<ListenAddress> metrics_address;  // none: metrics have no listener of their own
  RegistrySources sources;
  ToolRegistry registry;
  std::vector<Preset> presets;
  DataDir data;
  std::unique_ptr<ProjectStore> store;
  // Of the cgroup or the machine. Read here: once it is confined, the server sees no cgroup.
  ByteCount memory;
  // Opened by the caller after the launcher was forked and before confinement.
  ProcessStats process;
  // Of secret_file. Read after the sender was forked, which so does not have them.
  std::vector<std::string> webhook_secrets;
  // Read after the sender and the launcher were forked, which so do not have it.
  std::string oidc_client_secret;
};
// Everything except the tools. Starts no thread.
Result<ServerGround> prepare_server(const Settings& settings);
// Reads many small files while a launcher creates its slots. Starts no thread.
void load_tools(const Settings& settings, ServerGround& ground);

// Called once; the sandbox must not outlive the loop. It calls OnLost when it can run no more jobs.
using OnLost = LauncherProcess::OnLost;
using MakeSandbox = std::function<std::unique_ptr<Sandbox>(boost::asio::io_context&, OnLost)>;

enum class ServerEnd {
  kStopped,      // it was asked to stop
  kSandboxLost,  // no job can run; accepted jobs wait in the database for the next process
};

// Prints its address to standard output. Returns after it was asked to stop or lost its sandbox,
// and is drained.
Result<ServerEnd> run_server(const Settings& settings, ServerGround& ground, SenderProcess& sender,
                             const MakeSandbox& make_sandbox);

}  // namespace glovebox
