// glovebox: the program. Only this file and its neighbours wire concrete parts together.
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "base/log.h"
#include "base/log_event.h"
#include "check_command.h"
#include "cli/command_line.h"
#include "cli/exit_code.h"
#include "cli/remote_check.h"
#include "cli/remote_run.h"
#include "data_command.h"
#include "exec_command.h"
#include "image_command.h"
#include "init_command.h"
#include "inspect_commands.h"
#include "key_command.h"
#include "mcp_command.h"
#include "process_one.h"
#include "run_command.h"
#include "serve_command.h"

namespace glovebox {
namespace {

const char* environment(const char* name) {
  return std::getenv(name);
}

struct Dispatch {
  int operator()(const PrintCommand& command) const {
    std::fputs(command.text.c_str(), command.is_error ? stderr : stdout);
    return command.exit_code;
  }
  int operator()(const ServeCommand& command) const {
    bool json = command.settings.log_format == "json";
    set_up_log("info", json ? LogFormat::kJson : LogFormat::kText);
    return serve_command(command);
  }
  int operator()(const RunCommand& command) const {
    Terminal terminal = terminal_of(STDERR_FILENO, environment);
    return command.server.empty() ? run_command(command, terminal) : run_remote(command, terminal);
  }
  int operator()(const CheckCommand& command) const {
    Terminal progress = terminal_of(STDERR_FILENO, environment);
    Terminal report = terminal_of(STDOUT_FILENO, environment);
    return command.server.empty() ? check_command(command, progress, report)
                                  : check_remote(command, progress, report);
  }
  int operator()(const McpCommand& command) const { return mcp_command(command); }
  int operator()(const ExecCommand& command) const {
    return exec_command(command, terminal_of(STDERR_FILENO, environment));
  }
  int operator()(const ToolsCommand& command) const {
    return tools_command(command, terminal_of(STDOUT_FILENO, environment));
  }
  int operator()(const DoctorCommand& command) const {
    return doctor_command(command, terminal_of(STDOUT_FILENO, environment));
  }
  int operator()(const KeyCommand& command) const {
    return key_command(command, terminal_of(STDOUT_FILENO, environment));
  }
  int operator()(const DataCommand& command) const { return data_command(command); }
  int operator()(const InitCommand& command) const {
    return init_command(command, terminal_of(STDIN_FILENO, environment));
  }
  int operator()(const ImageCommand& command) const {
    return image_command(command, terminal_of(STDERR_FILENO, environment));
  }
};

}  // namespace
}  // namespace glovebox

int main(int argc, char** argv) {
  glovebox::leave_process_one();
  // A reader that disconnects shows as EPIPE at the write.
  std::signal(SIGPIPE, SIG_IGN);
  glovebox::set_up_log("warning");
  try {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    return std::visit(glovebox::Dispatch(),
                      glovebox::parse_command_line(std::move(arguments), glovebox::environment));
  } catch (const std::exception& error) {
    fmt::print(stderr, "glovebox: internal error: {}\n", error.what());
    return glovebox::kExitGloveboxFailed;
  }
}
