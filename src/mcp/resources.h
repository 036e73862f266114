// Resources: the reports, outputs and artifacts of runs, by the URIs of resource_uri.h.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <boost/json/object.hpp>

#include "execution/execution_service.h"
#include "mcp/call.h"

namespace glovebox {

inline constexpr std::size_t kMcpResourceBytes = 4 << 20;

boost::json::array mcp_resource_templates();

// resources/read. A resource that is not there is a fault with its "uri", and so is one that is
// larger than kMcpResourceBytes. Files are read on `pool`.
Awaitable<McpResult<boost::json::object>> read_resource(Services services,
                                                        boost::asio::thread_pool& pool,
                                                        McpContext context,
                                                        const McpMessage& message);

}  // namespace glovebox
