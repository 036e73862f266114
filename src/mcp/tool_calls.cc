#include "mcp/tool_calls.h"

#include <fmt/format.h>

#include <utility>

#include "base/near_miss.h"
#include "mcp/inline_project.h"
#include "mcp/results.h"
#include "mcp/tasks.h"
#include "model/json.h"

namespace glovebox {
namespace {

namespace json = boost::json;

constexpr std::string_view kExample = "example:";

bool is_checkup_id(const std::string& id) {
  return id.starts_with("chk_");
}

std::vector<std::string> names_of_tools(const std::vector<Tool>& tools) {
  std::vector<std::string> names{std::string(kCheckProject), std::string(kStartRun),
                                 std::string(kReadRun), std::string(kReadFindings),
                                 std::string(kListExamples)};
  for (const Tool& tool : tools) {
    if (tool.status == ToolStatus::kAvailable) names.push_back(tool.id.str());
  }
  return names;
}

json::object started_json(const std::string& id, const ProjectId& project, JobStatus status,
                          std::int64_t position) {
  return {{"runId", id},
          {"projectId", project.str()},
          {"status", job_status_name(status)},
          {"position", position}};
}

std::string started_text(const std::string& id, const ProjectId& project) {
  return fmt::format(
      "Started. read_run with runId {} tells how far it is.\nrunId: {}, projectId: {}", id, id,
      project.str());
}

}  // namespace

Awaitable<McpResult<McpAnswer>> ToolCalls::call(McpContext context, const McpMessage& message) {
  const json::value* name = message.params.if_contains("name");
  if (name == nullptr || !name->is_string()) {
    co_return McpFault{kMcpInvalidParams, "\"name\" must be the name of a tool.", {}, 200};
  }
  const json::value* given = message.params.if_contains("arguments");
  if (given != nullptr && !given->is_object()) {
    co_return McpFault{kMcpInvalidParams, "\"arguments\" must be an object.", {}, 200};
  }
  json::object arguments = given != nullptr ? given->get_object() : json::object();
  std::string tool(name->get_string());
  co_return co_await call_named(std::move(context), std::move(tool), std::move(arguments));
}

ToolCalls::Own ToolCalls::own_tool(std::string_view name) {
  if (name == kCheckProject) return &ToolCalls::check_project;
  if (name == kStartRun) return &ToolCalls::start_run;
  if (name == kReadRun) return &ToolCalls::read_run;
  if (name == kReadFindings) return &ToolCalls::read_findings;
  if (name == kListExamples) return &ToolCalls::list_examples;
  return nullptr;
}

Awaitable<McpResult<McpAnswer>> ToolCalls::call_named(McpContext context, std::string name,
                                                      json::object arguments) {
  Own own = own_tool(name);
  const Tool* tool = own == nullptr ? find_mcp_tool(deps_.services.tools, name) : nullptr;
  if (own == nullptr && tool == nullptr) {
    std::vector<std::string> names = names_of_tools(deps_.services.tools.tools());
    co_return McpFault{
        kMcpInvalidParams, "Unknown tool: " + in_quotes(name) + did_you_mean(name, names), {}, 200};
  }
  McpContext kept = context;
  Called calling = own != nullptr ? (this->*own)(std::move(context), std::move(arguments))
                                  : run_tool(std::move(context), tool->id, std::move(arguments));
  Result<McpAnswer> answered = co_await std::move(calling);
  if (answered.has_value()) co_return std::move(*answered);
  if (kept.caller.witness) kept.caller.witness->refused(answered.error());
  McpResult<json::object> mendable = error_result(answered.error(), kept.revision);
  if (mendable.has_error()) co_return std::move(mendable).error();
  co_return answer(kept, std::move(*mendable));
}

McpAnswer ToolCalls::answer(const McpContext& context, json::object result) const {
  McpAnswer made;
  made.message = mcp_result(context.id, std::move(result));
  return made;
}

Result<Tool> ToolCalls::available_tool(std::string_view name) {
  const Tool* tool = find_mcp_tool(deps_.services.tools, name);
  if (tool == nullptr) {
    std::vector<std::string> names = names_of_tools(deps_.services.tools.tools());
    return not_found(
               fmt::format("There is no tool {}{}.", in_quotes(name), did_you_mean(name, names)))
        .with("field", "tool");
  }
  if (tool->status == ToolStatus::kAvailable) return *tool;
  return Error(ErrorKind::kConflict,
               fmt::format("{} cannot run here: {}", tool->id.str(), tool->status_reason));
}

Awaitable<Result<ProjectId>> ToolCalls::project_of(McpCaller caller, ProjectArguments asked) {
  ClientId client = caller.client;
  Projects& projects = deps_.services.projects;
  std::string id = std::move(asked.project_id);
  if (id.empty()) {
    // No project is without any file.
    std::vector<InlineFile> files{InlineFile{".no-project", ""}};
    if (asked.files) {
      GB_CO_TRY(files, parse_inline_files(*asked.files));
    }
    auto adding = add_inline_project(projects, pool_, std::move(client), std::move(files));
    GB_CO_TRY(Project made, co_await std::move(adding));
    if (caller.witness) caller.witness->uploaded(made.id);
    co_return made.id;
  }
  if (id.starts_with(kExample)) {
    std::size_t slash = id.find('/');
    if (slash == std::string::npos) {
      co_return validation_error("An example is \"example:TOOL/NAME\", as list_examples has it.")
          .with("field", "projectId");
    }
    ToolId tool(id.substr(kExample.size(), slash - kExample.size()));
    auto adding = projects.add_example(std::move(client), std::move(tool), id.substr(slash + 1));
    GB_CO_TRY(Project made, co_await std::move(adding));
    if (caller.witness) caller.witness->uploaded(made.id);
    co_return made.id;
  }
  if (options_.local_project) {
    GB_CO_TRY(std::optional<ProjectId> local, co_await options_.local_project(client, id));
    if (local) co_return *local;
  }
  co_return ProjectId(std::move(id));
}

Awaitable<Result<SubmittedJob>> ToolCalls::submit(McpContext context, ToolId id,
                                                  json::object arguments, Lifetime lifetime) {
  GB_CO_TRY(Tool tool, available_tool(id.str()));
  GB_CO_TRY(RunArguments run, parse_run_arguments(tool, std::move(arguments)));
  McpCaller caller = context.caller;
  GB_CO_TRY(run.request.project_id, co_await project_of(caller, std::move(run.project)));
  run.request.lifetime = lifetime;
  ProjectId project = run.request.project_id;
  auto submitting = deps_.services.jobs.submit(caller.client, std::move(run.request));
  GB_CO_TRY(SubmittedJob submitted, co_await std::move(submitting));
  if (caller.witness) caller.witness->ran(submitted.id, tool.id, project);
  co_return submitted;
}

ToolCalls::Called ToolCalls::run_tool(McpContext context, ToolId id, json::object arguments) {
  // Under 2025-11-25 a run goes on when its stream breaks; a task must outlive this process.
  bool its_own = context.takes_tasks || context.revision == McpRevision::k20251125;
  Lifetime lifetime = its_own ? Lifetime::kItsOwn : Lifetime::kConnection;
  GB_CO_TRY(SubmittedJob submitted,
            co_await submit(context, std::move(id), std::move(arguments), lifetime));
  Jobs& jobs = deps_.services.jobs;
  ClientId client = context.caller.client;
  if (context.takes_tasks) {
    GB_CO_TRY(ExecutionResult job, co_await jobs.find(client, submitted.id, WithOutput::kNo));
    co_return answer(context, created_task(job.job, options_.job_ttl));
  }
  auto following = co_await jobs.follow(client, submitted.id, 0);
  if (following.has_error()) {
    jobs.abandon(submitted.id);
    co_return std::move(following).error();
  }
  McpAnswer made;
  made.call = make_run_call(deps_, std::move(context), std::move(submitted.id),
                            std::move(*following), WaitOptions());
  co_return made;
}

Awaitable<Result<Checkup>> ToolCalls::submit_checkup(McpContext context, json::object arguments) {
  GB_CO_TRY(CheckupArguments checkup, parse_checkup_arguments(std::move(arguments)));
  McpCaller caller = context.caller;
  GB_CO_TRY(checkup.request.project_id, co_await project_of(caller, std::move(checkup.project)));
  auto submitting = deps_.services.checkups.submit(caller.client, std::move(checkup.request));
  GB_CO_TRY(SubmittedCheckup submitted, co_await std::move(submitting));
  if (caller.witness) caller.witness->ran(submitted.checkup.id, submitted.checkup.project_id);
  co_return std::move(submitted.checkup);
}

ToolCalls::Called ToolCalls::check_project(McpContext context, json::object arguments) {
  GB_CO_TRY(Checkup checkup, co_await submit_checkup(context, std::move(arguments)));
  if (context.takes_tasks) co_return answer(context, created_task(checkup, options_.job_ttl));
  ClientId client = context.caller.client;
  auto following = deps_.services.checkups.follow(client, checkup.id, std::string());
  GB_CO_TRY(std::unique_ptr<CheckupFollower> follower, co_await std::move(following));
  McpAnswer made;
  made.call = make_checkup_call(deps_, std::move(context), std::move(checkup), std::move(follower),
                                WaitOptions());
  co_return made;
}

ToolCalls::Called ToolCalls::start_run(McpContext context, json::object arguments) {
  GB_CO_TRY(StartArguments start, parse_start_arguments(std::move(arguments)));
  if (start.tool == kCheckProject) {
    GB_CO_TRY(Checkup checkup, co_await submit_checkup(context, std::move(start.arguments)));
    const std::string& id = checkup.id.str();
    json::object started = started_json(id, checkup.project_id, JobStatus::kRunning, 0);
    co_return answer(context, structured_result(started_text(id, checkup.project_id),
                                                std::move(started), context.revision));
  }
  ToolId tool(std::move(start.tool));
  GB_CO_TRY(SubmittedJob submitted, co_await submit(context, std::move(tool),
                                                    std::move(start.arguments), Lifetime::kItsOwn));
  ClientId client = context.caller.client;
  Jobs& jobs = deps_.services.jobs;
  GB_CO_TRY(ExecutionResult found, co_await jobs.find(client, submitted.id, WithOutput::kNo));
  auto queue = jobs.queue_status(client, submitted.id);
  std::int64_t position = queue.has_value() ? queue->position : 0;
  JobStatus status = position > 0 ? JobStatus::kQueued : JobStatus::kRunning;
  const ProjectId& project = found.job.project_id;
  json::object started = started_json(submitted.id.str(), project, status, position);
  co_return answer(context, structured_result(started_text(submitted.id.str(), project),
                                              std::move(started), context.revision));
}

ToolCalls::Called ToolCalls::read_run(McpContext context, json::object arguments) {
  GB_CO_TRY(ReadRunArguments read, parse_read_run_arguments(std::move(arguments)));
  if (is_checkup_id(read.id)) co_return co_await read_checkup(std::move(context), std::move(read));
  JobId id(std::move(read.id));
  Jobs& jobs = deps_.services.jobs;
  ClientId client = context.caller.client;
  GB_CO_TRY(ExecutionResult found, co_await jobs.find(client, id, WithOutput::kNo));
  if (read.wait.count() == 0 || is_final(found.job.status)) {
    auto reading = run_result(deps_.services, client, std::move(found.job), context.revision);
    json::object result = co_await std::move(reading);
    co_return answer(context, std::move(result));
  }
  GB_CO_TRY(std::unique_ptr<JobFollower> follower, co_await jobs.follow(client, id, 0));
  WaitOptions options;
  options.when_given_up = WhenGivenUp::kLeaveIt;
  options.until = std::chrono::steady_clock::now() + read.wait;
  McpAnswer made;
  made.call = make_run_call(deps_, std::move(context), std::move(id), std::move(follower), options);
  co_return made;
}

ToolCalls::Called ToolCalls::read_checkup(McpContext context, ReadRunArguments read) {
  CheckupId id(std::move(read.id));
  Checkups& checkups = deps_.services.checkups;
  ClientId client = context.caller.client;
  GB_CO_TRY(Checkup found, co_await checkups.find(client, id));
  if (read.wait.count() == 0 || found.status() != CheckupStatus::kRunning) {
    auto reading = checkup_result(deps_.services, client, std::move(found), context.revision);
    json::object result = co_await std::move(reading);
    co_return answer(context, std::move(result));
  }
  auto following = checkups.follow(client, std::move(id), std::string());
  GB_CO_TRY(std::unique_ptr<CheckupFollower> follower, co_await std::move(following));
  WaitOptions options;
  options.when_given_up = WhenGivenUp::kLeaveIt;
  options.until = std::chrono::steady_clock::now() + read.wait;
  McpAnswer made;
  made.call =
      make_checkup_call(deps_, std::move(context), std::move(found), std::move(follower), options);
  co_return made;
}

ToolCalls::Called ToolCalls::read_findings(McpContext context, json::object arguments) {
  GB_CO_TRY(ReadFindingsArguments read, parse_read_findings_arguments(std::move(arguments)));
  ClientId client = context.caller.client;
  FoundPage page;
  if (is_checkup_id(read.id)) {
    auto asking = deps_.services.checkups.findings(std::move(client), CheckupId(read.id),
                                                   std::move(read.query));
    GB_CO_TRY(CheckupFindingsPage found, co_await std::move(asking));
    page = page_of(found);
  } else {
    auto asking =
        deps_.services.findings.page(std::move(client), JobId(read.id), std::move(read.query));
    GB_CO_TRY(FindingsPage found, co_await std::move(asking));
    page = page_of(found);
  }
  co_return answer(context, structured_result(std::move(page.text), std::move(page.structured),
                                              context.revision));
}

ToolCalls::Called ToolCalls::list_examples(McpContext context, json::object arguments) {
  GB_CO_TRY(std::string wanted, parse_examples_arguments(std::move(arguments)));
  if (!wanted.empty()) {
    GB_CO_TRY([[maybe_unused]] Tool known, available_tool(wanted));
  }
  json::array list;
  std::string text = "Examples:";
  for (const Tool& tool : deps_.services.tools.tools()) {
    if (tool.status != ToolStatus::kAvailable) continue;
    if (!wanted.empty() && &tool != find_mcp_tool(deps_.services.tools, wanted)) continue;
    for (const ExampleInfo& example : tool.examples) {
      json::object each = to_json(example);
      std::string id = fmt::format("{}{}/{}", kExample, tool.id.str(), example.name);
      text += fmt::format("\n{}: {}", id, example.title);
      each["toolId"] = tool.id.str();
      each["projectId"] = std::move(id);
      list.push_back(std::move(each));
    }
  }
  json::object structured;
  structured["examples"] = std::move(list);
  co_return answer(context,
                   structured_result(std::move(text), std::move(structured), context.revision));
}

}  // namespace glovebox
