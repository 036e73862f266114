// The server in three parts. Between them stands what may be done only while the process has one
// thread and its privileges: starting the launcher, then giving them up.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>

#include "base/result.h"
#include "base/units.h"
#include "cli/listen_address.h"
#include "cli/settings.h"
#include "data_dir.h"
#include "projects/project_store.h"
#include "registry/tool_registry.h"
#include "sandbox/pool/launcher_process.h"
#include "sandbox/sandbox.h"
#include "tool_folders.h"

namespace glovebox {

// What there is before anything runs.
struct ServerGround {
  ListenAddress address;
  RegistrySources sources;
  ToolRegistry registry;
  DataDir data;
  std::unique_ptr<ProjectStore> store;
  // Of the cgroup or the machine. Read here: once it is confined, the server sees no cgroup.
  ByteCount memory;
};
// All but the tools. Starts no thread.
Result<ServerGround> prepare_server(const Settings& settings);
// Reads many small files, while a launcher makes its slots. Starts no thread.
void load_tools(ServerGround& ground);

// Called once; the sandbox lives no longer than the loop. It calls OnLost when nothing can be run
// any more.
using OnLost = LauncherProcess::OnLost;
using MakeSandbox = std::function<std::unique_ptr<Sandbox>(boost::asio::io_context&, OnLost)>;

enum class ServerEnd {
  kStopped,      // it was told to end
  kSandboxLost,  // nothing can be run; what was accepted waits in the database for another process
};

// Says on standard output where it listens, and returns when it has been told to end, or has lost
// its sandbox, and is drained.
Result<ServerEnd> run_server(const Settings& settings, ServerGround& ground,
                             const MakeSandbox& make_sandbox);

}  // namespace glovebox
