#include "cli/remote_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <cerrno>
#include <cstdio>
#include <map>
#include <optional>

#include "cli/check_output.h"
#include "cli/check_progress.h"
#include "cli/check_report.h"
#include "cli/conclusion.h"
#include "cli/exit_code.h"
#include "cli/import_report.h"
#include "cli/own_key.h"
#include "cli/upload_archive.h"
#include "client/api_client.h"

namespace glovebox {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

constexpr milliseconds kFirstPoll{100};
constexpr milliseconds kSlowestPoll{1000};
// The check-up continues while the server restarts or a proxy is unavailable.
constexpr std::chrono::seconds kOutagePatience{60};

bool user_interrupted(const Error& error) {
  return error.errno_value() == EINTR;
}

bool may_be_outage(const Error& error) {
  return error.kind() == ErrorKind::kUser || error.kind() == ErrorKind::kQueueFull ||
         error.kind() == ErrorKind::kInternal || error.kind() == ErrorKind::kRateLimit;
}

// The fields of `Tool` that a report and the choice of tools need.
struct RemoteTool {
  std::string name;
  std::string version;
  std::string rule_url;
  bool available = false;
  bool unavailable = false;
  bool in_checkup = false;
};

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains({key.data(), key.size()});
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

RemoteTool remote_tool(const json::object& object) {
  RemoteTool tool;
  tool.name = text_of(object, "name");
  tool.version = text_of(object, "version");
  std::string status = text_of(object, "status");
  tool.available = status == "available";
  tool.unavailable = status == "unavailable";
  const json::value* checkup = object.if_contains("checkup");
  tool.in_checkup = checkup != nullptr && checkup->is_bool() && checkup->get_bool();
  const json::value* findings = object.if_contains("findings");
  if (findings != nullptr && findings->is_object()) {
    tool.rule_url = text_of(findings->get_object(), "url");
  }
  return tool;
}

// The text of the uploaded files, for the lines of the report.
class RemoteSource final : public SourceFiles {
 public:
  RemoteSource(ApiClient& client, const ProjectId& project) : client_(client), project_(project) {}

  std::string read(std::string_view path, std::size_t max_bytes) override {
    if (given_up_) return "";
    auto text = client_.project_file(project_, std::string(path), max_bytes);
    if (!text.has_error()) return std::move(*text);
    // Without the server the report has no lines. It is not worth a timeout for each file.
    given_up_ = text.error().kind() == ErrorKind::kUser;
    return "";
  }

 private:
  ApiClient& client_;
  const ProjectId& project_;
  bool given_up_ = false;
};

class RemoteCheck {
 public:
  RemoteCheck(const CheckCommand& command, const Terminal& progress, ApiClient client,
              std::string server)
      : command_(command),
        progress_(progress),
        client_(std::move(client)),
        server_(std::move(server)) {}

  // What was checked; nothing if no tool suits.
  Result<std::vector<CheckedTool>> run() {
    std::vector<CheckedTool> checked;
    GB_TRY_VOID(learn_tools());
    GB_TRY_VOID(upload());
    if (command_.tools.empty()) {
      GB_TRY(bool any, look_for_tools());
      if (!any) {
        tell_nothing_suits();
        return checked;
      }
    }
    GB_TRY(Checkup started, client_.start_checkup(project_.id, command_.tools));
    progress_.tell(
        fmt::format("{} on {} files, {}", fmt::join(tools_of(started), ", "), project_.file_count,
                    format_bytes(ByteCount(static_cast<std::uint64_t>(project_.total_bytes)))));
    for (const Job& job : started.jobs) progress_.changed(job);
    GB_TRY(Checkup ended, watch(std::move(started)));
    for (Job& job : ended.jobs) {
      GB_TRY(CheckedTool tool, conclude_tool(std::move(job)));
      checked.push_back(std::move(tool));
    }
    return checked;
  }

  ApiClient& client() { return client_; }
  const ProjectId& project() const { return project_.id; }

 private:
  Result<void> learn_tools() {
    GB_TRY(json::array tools, client_.tools());
    for (const json::value& value : tools) {
      if (!value.is_object()) continue;
      tools_[text_of(value.get_object(), "id")] = remote_tool(value.get_object());
    }
    return ok();
  }

  Result<void> upload() {
    GB_TRY(UploadArchive archive, open_upload(command_.path));
    progress_.tell(fmt::format("uploading {} to {}", archive.name, server_));
    GB_TRY(project_, client_.upload(archive.fd.get(), archive.name, archive.top));
    print_import_notes(archive.notes);
    print_import_notes(project_.notes);
    return ok();
  }

  // Whether any can run. Says which suit and cannot.
  Result<bool> look_for_tools() const {
    bool any = false;
    std::vector<std::string> missing;
    for (const ToolSuit& suit : project_.suits) {
      auto tool = tools_.find(suit.tool_id.str());
      if (tool == tools_.end() || !tool->second.in_checkup) continue;
      any = any || tool->second.available;
      if (tool->second.unavailable) missing.push_back(suit.tool_id.str());
    }
    GB_TRY_VOID(tell_missing(missing, any, server_));
    return any;
  }

  // Asks until every job has ended. Tells each change.
  Result<Checkup> watch(Checkup known) {
    milliseconds pause = kFirstPoll;
    auto last_answer = std::chrono::steady_clock::now();
    while (known.status() == CheckupStatus::kRunning) {
      Result<Checkup> asked = ask_after(known.id, pause);
      if (!asked.has_error()) {
        tell_changes(known, *asked);
        known = std::move(*asked);
        last_answer = std::chrono::steady_clock::now();
        pause = std::min(pause * 5 / 4, kSlowestPoll);
        continue;
      }
      if (user_interrupted(asked.error())) {
        if (cancelled_) return std::move(asked).error();
        cancelled_ = true;
        progress_.tell("cancelling; Ctrl-C again stops waiting");
        GB_TRY_VOID(client_.cancel_checkup(known.id));
        continue;
      }
      bool wait = may_be_outage(asked.error()) &&
                  std::chrono::steady_clock::now() - last_answer < kOutagePatience;
      if (!wait) return std::move(asked).error();
      pause = kSlowestPoll;
    }
    return known;
  }

  Result<Checkup> ask_after(const CheckupId& id, milliseconds pause) {
    GB_TRY_VOID(wait_between_calls(pause));
    return client_.checkup(id);
  }

  void tell_changes(const Checkup& before, const Checkup& after) const {
    for (std::size_t i = 0; i < after.jobs.size() && i < before.jobs.size(); ++i) {
      if (after.jobs[i].status != before.jobs[i].status) progress_.changed(after.jobs[i]);
    }
  }

  Result<CheckedTool> conclude_tool(Job job) {
    CheckedTool checked;
    auto tool = tools_.find(job.tool_id.str());
    if (tool != tools_.end()) {
      checked.name = tool->second.name;
      checked.version = tool->second.version;
      checked.rule_url = tool->second.rule_url;
    }
    GB_TRY(checked.findings, client_.findings(job.id));
    checked.counts = job.findings.value_or(FindingCounts());
    if (job.status != JobStatus::kCompleted) {
      GB_TRY(json::object execution, client_.execution(job.id));
      checked.last_line = last_line_of(output_of(execution));
    }
    checked.job = std::move(job);
    return checked;
  }

  static std::vector<std::string> output_of(const json::object& execution) {
    std::vector<std::string> lines;
    const json::value* output = execution.if_contains("output");
    if (output == nullptr || !output->is_array()) return lines;
    for (const json::value& line : output->get_array()) {
      if (line.is_string()) lines.emplace_back(line.get_string());
    }
    return lines;
  }

  const CheckCommand& command_;
  const CheckProgress progress_;
  ApiClient client_;
  std::string server_;
  Project project_;
  std::map<std::string, RemoteTool> tools_;  // by id
  bool cancelled_ = false;
};

Result<int> run_check_remote(const CheckCommand& command, const Terminal& progress,
                             const Terminal& report) {
  GB_TRY(CheckOutput output, CheckOutput::open(command));
  GB_TRY(ServerUrl server, parse_server_url(command.server));
  GB_TRY(std::string key, own_api_key(command));
  RemoteCheck check(command, progress, ApiClient(server, std::move(key)), server.text);
  auto checked = check.run();
  if (checked.has_error()) {
    if (checked.error().kind() != ErrorKind::kAuthentication) return std::move(checked).error();
    return explain_refused_key(checked.error(), command);
  }
  RemoteSource source(check.client(), check.project());
  GB_TRY_VOID(output.write(*checked, source, report));
  return check_exit_code(*checked, command.fail_on);
}

}  // namespace

int check_remote(const CheckCommand& command, const Terminal& progress, const Terminal& report) {
  Result<int> code = run_check_remote(command, progress, report);
  if (!code.has_error()) return *code;
  if (user_interrupted(code.error())) {
    fmt::print(stderr, "glovebox: cancelled\n");
    return kExitCancelled;
  }
  fail(code.error(), command.json);
  return kExitGloveboxFailed;
}

}  // namespace glovebox
