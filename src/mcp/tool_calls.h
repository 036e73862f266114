// ToolCalls: tools/call.
//
// Threads: the event loop. The calls that it makes must not outlive it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "execution/async/background_tasks.h"
#include "execution/execution_service.h"
#include "mcp/call.h"
#include "mcp/call_arguments.h"
#include "mcp/run_call.h"
#include "mcp/tool_list.h"

namespace glovebox {

struct McpAnswer {
  int http_status = 200;
  std::optional<boost::json::object> message;  // neither this nor a call: nothing to answer
  std::unique_ptr<McpCall> call;               // answers later
};

struct McpOptions {
  McpToolTexts texts;
  // How long jobs are kept after their ends.
  std::chrono::milliseconds job_ttl = std::chrono::hours(24);
  // The project that a text names on this machine, stored for each call; nothing where it
  // names none. Null: there are none.
  std::function<Awaitable<Result<std::optional<ProjectId>>>(ClientId, std::string)> local_project;
};

class ToolCalls {
 public:
  ToolCalls(const McpCallDeps& deps, boost::asio::thread_pool& pool, const McpOptions& options)
      : deps_(deps), pool_(pool), options_(options) {}

  Awaitable<McpResult<McpAnswer>> call(McpContext context, const McpMessage& message);

 private:
  using Called = Awaitable<Result<McpAnswer>>;

  using Own = Called (ToolCalls::*)(McpContext, boost::json::object);

  // Null: it is none of our own.
  static Own own_tool(std::string_view name);
  Awaitable<McpResult<McpAnswer>> call_named(McpContext context, std::string name,
                                             boost::json::object arguments);
  Called run_tool(McpContext context, ToolId id, boost::json::object arguments);
  Called check_project(McpContext context, boost::json::object arguments);
  Called start_run(McpContext context, boost::json::object arguments);
  Called read_run(McpContext context, boost::json::object arguments);
  Called read_checkup(McpContext context, ReadRunArguments read);
  Called read_findings(McpContext context, boost::json::object arguments);
  Called list_examples(McpContext context, boost::json::object arguments);

  Awaitable<Result<SubmittedJob>> submit(McpContext context, ToolId id,
                                         boost::json::object arguments, Lifetime lifetime);
  Awaitable<Result<Checkup>> submit_checkup(McpContext context, boost::json::object arguments);
  Awaitable<Result<ProjectId>> project_of(McpCaller caller, ProjectArguments asked);
  // A copy: the list may be refreshed meanwhile.
  Result<Tool> available_tool(std::string_view name);
  McpAnswer answer(const McpContext& context, boost::json::object result) const;

  McpCallDeps deps_;
  boost::asio::thread_pool& pool_;
  const McpOptions& options_;
};

}  // namespace glovebox
