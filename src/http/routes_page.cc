#include "http/router.h"
#include "http/routes.h"

namespace glovebox {
namespace {

// Stands here until the console does.
constexpr std::string_view kPage = R"(<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Glovebox</title></head>
<body>
<h1>Glovebox )" GLOVEBOX_VERSION R"(</h1>
<p>Runs command-line tools on uploaded projects, each run sealed from the host, from the network and
from every other run.</p>
<ul>
<li><a href="/api/tools">/api/tools</a>: the tools, their parameters and their examples</li>
<li><a href="/api/health">/api/health</a>: which layers of isolation are on</li>
<li><a href="/api/queue/status">/api/queue/status</a>: how busy it is</li>
</ul>
<p>On the command line:</p>
<pre>
glovebox tools
glovebox run TOOL PATH
curl -F file=@project.zip HOST/api/upload
curl -H 'Content-Type: application/json' -d '{"toolId":"...","projectId":"..."}' HOST/api/execute
</pre>
</body>
</html>
)";

Awaitable<Result<HttpResponse>> get_page(Exchange&) {
  HttpResponse response;
  response.fields.push_back({"Content-Type", "text/html; charset=utf-8"});
  response.body = kPage;
  co_return response;
}

}  // namespace

void add_page_routes(Router& router) {
  router.add("GET", "/", get_page, Access::kOpen);
}

}  // namespace glovebox
