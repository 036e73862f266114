// The documentation as a site: files that docs/make-site has written to a folder of the operator.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "base/os.h"
#include "http/http_options.h"
#include "http/routes/conditional.h"
#include "http/routes/router.h"
#include "http/routes/routes.h"

namespace glovebox {
namespace {

// The console's, and data: because the theme's stylesheet has its icons as such addresses.
constexpr std::string_view kDocsPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

constexpr std::string_view kHtmlType = "text/html; charset=utf-8";

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kTypes{{
    {".css", "text/css; charset=utf-8"},
    {".gif", "image/gif"},
    {".html", kHtmlType},
    {".jpg", "image/jpeg"},
    {".js", "text/javascript; charset=utf-8"},
    {".json", "application/json"},
    {".png", "image/png"},
    {".svg", "image/svg+xml"},
    {".txt", "text/plain; charset=utf-8"},
    {".webp", "image/webp"},
    {".woff2", "font/woff2"},
    {".xml", "application/xml"},
}};

constexpr std::string_view kNoSite = R"(<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Glovebox: no documentation</title></head>
<body>
<h1>The documentation is not installed</h1>
<p>This server has no folder with the documentation as a site. In a clone of Glovebox, build it and start the
server again:</p>
<pre>
apt-get install mkdocs mkdocs-material
docs/make-site
./glovebox
</pre>
<p>For another place: <code>docs/make-site DIR</code>, then <code>glovebox serve --docs-dir DIR</code>. The Debian
package has it in <code>/usr/share/glovebox/doc</code>.</p>
<p>The routes of this server are described in <a href="/openapi.json">/openapi.json</a>. <a href="/">The console</a></p>
</body>
</html>
)";

constexpr std::string_view kNoSuchPage = R"(<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Glovebox: no such page</title></head>
<body>
<h1>The documentation has no such page</h1>
<p><a href="/docs/">Its first page</a> has the menu and a search.</p>
</body>
</html>
)";

std::string_view content_type_of(std::string_view path) {
  auto it = std::find_if(kTypes.begin(), kTypes.end(),
                         [path](const auto& type) { return path.ends_with(type.first); });
  return it == kTypes.end() ? "application/octet-stream" : it->second;
}

HttpResponse docs_response(int status, std::string_view content_type) {
  HttpResponse response;
  response.status = status;
  response.fields = {{"Content-Type", std::string(content_type)},
                     {"Cache-Control", "no-cache"},
                     {"Content-Security-Policy", std::string(kDocsPolicy)},
                     {"Cross-Origin-Opener-Policy", "same-origin"}};
  return response;
}

HttpResponse page_response(int status, std::string_view html) {
  HttpResponse response = docs_response(status, kHtmlType);
  response.body = html;
  return response;
}

// A package replaces a file by a new one, so the tag also has the inode.
std::string tag_of(const struct stat& status) {
  return fmt::format("\"{:x}-{:x}-{:x}\"", status.st_ino, status.st_size, status.st_mtim.tv_sec);
}

// The open is on the loop: one look-up of a name. The bytes are read outside it.
Result<HttpResponse> file_response(const Exchange& exchange, const std::string& path) {
  auto opened = os::open(exchange.options.docs_dir / path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  struct stat status {};
  if (opened.has_error() || ::fstat(opened->get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return page_response(404, kNoSuchPage);
  }
  HttpResponse response = docs_response(200, content_type_of(path));
  response.file = std::move(*opened);
  response.file_bytes = static_cast<std::uint64_t>(status.st_size);
  return select(exchange.request.head, tag_of(status), std::move(response));
}

Awaitable<Result<HttpResponse>> get_docs(Exchange& exchange) {
  if (exchange.options.docs_dir.empty()) co_return page_response(404, kNoSite);
  std::string path = exchange.parameter("path");
  if (path.empty() || path.ends_with('/')) path += "index.html";
  std::optional<std::string> plain = relative_path({path});
  if (!plain) co_return page_response(404, kNoSuchPage);
  co_return file_response(exchange, *plain);
}

// Links of the pages are relative: the address of the first one must end with a slash.
Awaitable<Result<HttpResponse>> get_docs_folder(Exchange& exchange) {
  if (exchange.options.docs_dir.empty()) co_return page_response(404, kNoSite);
  HttpResponse response;
  response.status = 308;
  response.fields.push_back({"Location", "/docs/"});
  co_return response;
}

}  // namespace

// The pages are the same for everybody and contain no data, so they need no key.
void add_docs_routes(Router& router) {
  router.add("GET", "/docs", get_docs_folder, Access::kOpen);
  router.add("GET", "/docs/{path**}", get_docs, Access::kOpen);
}

}  // namespace glovebox
