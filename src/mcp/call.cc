#include "mcp/call.h"

#include <boost/json/serialize.hpp>

namespace glovebox {

McpPending::Entry::Entry(McpPending& pending, const McpContext& context, McpCall* call)
    : calls_(pending.calls_),
      at_(calls_->emplace(key_of(context.caller, context.id), Slot{call})) {}

McpPending::Entry::~Entry() {
  calls_->erase(at_);
}

std::string McpPending::key_of(const McpCaller& caller, const boost::json::value& request_id) {
  return caller.client.str() + "\n" + caller.peer + "\n" + boost::json::serialize(request_id);
}

void McpPending::cancel(const McpCaller& caller, const boost::json::value& request_id) {
  auto [first, last] = calls_->equal_range(key_of(caller, request_id));
  if (first == last || std::next(first) != last) return;
  first->second.cancelled = true;
  if (first->second.call != nullptr) first->second.call->cancel();
}

}  // namespace glovebox
