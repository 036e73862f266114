// McpService: the Model Context Protocol over the service, whatever carries the messages.
//
// The transport parses a message, finds its revision (negotiation.h) and sends what answer() gives:
// a message, or a call whose messages are taken one by one. A call is a job of the client
// that makes it, with the same admission and quotas as any other.
//
// Threads: the event loop, and one thread of its own for files.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>

#include "execution/async/background_tasks.h"
#include "execution/execution_service.h"
#include "mcp/call.h"
#include "mcp/run_call.h"
#include "mcp/tool_calls.h"

namespace glovebox {

class McpService {
 public:
  // What `services` refer to must outlive it.
  McpService(boost::asio::io_context& loop, const Services& services, McpOptions options);
  ~McpService();

  // A request's answer carries its id. A notification has none: only `notifications/cancelled` does
  // anything.
  Awaitable<McpAnswer> answer(McpCaller caller, McpMessage message, McpRevision revision);
  // The answer to a message that is none, or of a revision that there is not.
  static McpAnswer refuse(const boost::json::value& id, const McpFault& fault);

  // Before the service goes: a call that is destroyed from now on stops nothing.
  void stop() { *alive_ = false; }
  // Until no file is being read.
  void join() { pool_.join(); }

  std::size_t calls_under_way() const { return pending_.size(); }

 private:
  using Answered = Awaitable<McpResult<boost::json::object>>;

  Answered result_of(McpContext context, const McpMessage& message);
  McpResult<boost::json::object> simple_result(const McpContext& context,
                                               const McpMessage& message);
  boost::json::object capabilities(McpRevision revision) const;
  McpResult<boost::json::object> initialize(const McpMessage& message) const;
  boost::json::object discover() const;
  boost::json::object list_tools();

  McpOptions options_;
  Services services_;
  boost::asio::thread_pool pool_{1};
  BackgroundTasks tasks_;
  McpPending pending_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  McpCallDeps deps_;
  ToolCalls calls_;
};

}  // namespace glovebox
