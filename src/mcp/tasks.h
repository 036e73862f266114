// The extension io.modelcontextprotocol/tasks: a run as a task, which its client polls.
//
// A task is the job, or the check-up, itself: its id is the task's, so that it lasts as long as its
// record. Threads: the event loop.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <string_view>

#include "mcp/call.h"
#include "mcp/run_call.h"

namespace glovebox {

inline constexpr std::string_view kTasksExtension = "io.modelcontextprotocol/tasks";

// The result of a tools/call that became a task. `job_ttl`: how long it is kept after its end.
boost::json::object created_task(const Job& job, std::chrono::milliseconds job_ttl);
boost::json::object created_task(const Checkup& checkup, std::chrono::milliseconds job_ttl);

// tasks/get, tasks/update and tasks/cancel. -32602 for a task that is not the client's.
Awaitable<McpResult<boost::json::object>> answer_task_request(Services services, McpContext context,
                                                              const McpMessage& message,
                                                              std::chrono::milliseconds job_ttl);

}  // namespace glovebox
