// Results of tools/call: content for the model to read, and the same as `structuredContent`.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>

#include "base/awaitable.h"
#include "base/error.h"
#include "execution/execution_service.h"
#include "mcp/message.h"

namespace glovebox {

inline constexpr std::size_t kMcpFindings = 200;  // in one result

// What each result of a revision has besides.
boost::json::object complete_result(boost::json::object result, McpRevision revision);

// One text and the structured form of it.
boost::json::object structured_result(std::string text, boost::json::object structured,
                                      McpRevision revision);

// `isError`: what the model can mend, with the time to wait where there is one. A fault of ours is
// a McpFault instead.
McpResult<boost::json::object> error_result(const Error& error, McpRevision revision);

// Of a run in any state; findings, output and report where there are any by now.
Awaitable<boost::json::object> run_result(Services services, ClientId client, Job job,
                                          McpRevision revision);
Awaitable<boost::json::object> checkup_result(Services services, ClientId client, Checkup checkup,
                                              McpRevision revision);

// A page of findings: of a run, or of a check-up.
struct FoundPage {
  std::string text;
  boost::json::object structured;
};
FoundPage page_of(const FindingsPage& page);
FoundPage page_of(const CheckupFindingsPage& page);

}  // namespace glovebox
