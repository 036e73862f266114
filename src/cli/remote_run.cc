#include "cli/remote_run.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstdio>

#include "base/new_file.h"
#include "base/os.h"
#include "cli/exit_code.h"
#include "cli/import_report.h"
#include "cli/own_key.h"
#include "cli/run_report.h"
#include "cli/standard_input.h"
#include "cli/upload_archive.h"
#include "client/api_client.h"

namespace glovebox {
namespace {

namespace json = boost::json;

class RemoteRun {
 public:
  RemoteRun(const RunCommand& command, const Terminal& terminal)
      : command_(command), terminal_(terminal) {}

  Result<ExecutionAnswer> run() {
    GB_TRY(ServerUrl server, parse_server_url(command_.server));
    GB_TRY(std::string key, own_api_key(command_));
    ApiClient client(server, std::move(key));
    GB_TRY(json::object tool, client.tool(command_.tool));
    ExecuteCall call{.tool_id = command_.tool, .timeout = command_.timeout};
    GB_TRY(call.parameters, parameters_from_texts(tool, command_.parameters));
    const json::value* takes_stdin = tool.if_contains("stdin");
    if (takes_stdin != nullptr && takes_stdin->is_bool() && takes_stdin->get_bool()) {
      GB_TRY(call.stdin_text, read_standard_input());
    }
    GB_TRY(UploadArchive archive, open_upload(command_.path));
    tell(fmt::format("uploading {} to {}", archive.name, server.text));
    GB_TRY(Project project, client.upload(archive.fd.get(), archive.name, archive.top));
    print_import_notes(archive.notes);
    print_import_notes(project.notes);
    tell(fmt::format("running {} on {} files, {}", command_.tool, project.file_count,
                     format_bytes(ByteCount(static_cast<std::uint64_t>(project.total_bytes)))));
    call.project_id = project.id;
    GB_TRY(ExecutionAnswer answer, client.execute(call));
    if (!command_.artifacts_dir.empty()) saved_ = save_artifacts(client, answer.job);
    return answer;
  }
  const Result<void>& saved() const { return saved_; }

 private:
  // As in a local run: creates folders, replaces files of the same name, follows no link.
  Result<void> save_artifacts(ApiClient& client, const Job& job) const {
    if (job.artifacts.empty()) return ok();
    std::error_code code;
    std::filesystem::create_directories(command_.artifacts_dir, code);
    auto folder = os::open(command_.artifacts_dir, O_RDONLY | O_DIRECTORY);
    if (folder.has_error()) return std::move(folder).error().with_kind(ErrorKind::kUser);
    for (const Artifact& artifact : job.artifacts) {
      GB_TRY(UniqueFd file, new_file_below(folder->get(), artifact.path, 0666));
      GB_TRY_VOID(client.fetch_artifact(job.id, artifact, file.get()));
    }
    return ok();
  }

  void tell(const std::string& text) const {
    if (terminal_.interactive) {
      fmt::print(stderr, "{}\n", terminal_.paint(Color::kDim, "glovebox: " + text));
    }
  }

  const RunCommand& command_;
  const Terminal& terminal_;
  Result<void> saved_ = ok();
};

void print_output(const json::object& execution) {
  const json::value* output = execution.if_contains("output");
  if (output == nullptr || !output->is_array()) return;
  for (const json::value& line : output->get_array()) {
    if (!line.is_string()) continue;
    std::fwrite(line.get_string().data(), 1, line.get_string().size(), stdout);
    std::fputc('\n', stdout);
  }
}

}  // namespace

int run_remote(const RunCommand& command, const Terminal& terminal) {
  RemoteRun run(command, terminal);
  auto answer = run.run();
  if (answer.has_error()) {
    if (answer.error().errno_value() == EINTR) {
      fmt::print(stderr, "glovebox: cancelled\n");
      return kExitCancelled;
    }
    bool key_refused = answer.error().kind() == ErrorKind::kAuthentication;
    Error error = key_refused ? explain_refused_key(answer.error(), command) : answer.error();
    fmt::print(stderr, "{}", error_line(error));
    return kExitGloveboxFailed;
  }
  const auto& [job, execution] = answer.value();
  if (command.json) {
    fmt::print("{}\n", json::serialize(execution));
  } else {
    print_output(execution);
    if (job.output.truncated) fmt::print(stderr, "glovebox: the server truncated the output\n");
  }
  std::fflush(stdout);
  fmt::print(
      stderr, "{}",
      terminal.interactive ? run_summary(job, command.artifacts_dir, terminal) : plain_reason(job));
  if (!run.saved().has_error()) return exit_code_of(job);
  Error error = run.saved().error();
  fmt::print(stderr, "{}", error_line(std::move(error).with_context("saving the artifacts")));
  return kExitGloveboxFailed;
}

}  // namespace glovebox
