#include "http/routes/plain_page.h"

namespace glovebox {

std::string_view plain_page() {
  return R"(<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Glovebox</title></head>
<body>
<h1>Glovebox )" GLOVEBOX_VERSION R"(</h1>
<p>Runs command-line tools on uploaded projects. Each run is isolated from the host, from the network and
from every other run.</p>
<ul>
<li><a href="/api/tools">/api/tools</a>: the tools with their parameters</li>
<li><a href="/api/health">/api/health</a>: the isolation layers that are on</li>
<li><a href="/api/queue/status">/api/queue/status</a>: the state of the queue</li>
</ul>
<p>On the command line:</p>
<pre>
glovebox tools
glovebox run TOOL PATH
curl -F file=@project.zip HOST/api/upload
curl -H 'Content-Type: application/json' -d '{"toolId":"...","projectId":"..."}' HOST/api/execute
</pre>
<h2>The web console</h2>
<p>This program was built without it: npm was missing or could not download its packages.
To add it, run this on the build machine, with access to the npm registry:</p>
<pre>
apt-get install npm
rm -rf build/release
./glovebox
</pre>
</body>
</html>
)";
}

}  // namespace glovebox
