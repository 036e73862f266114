// The web console: files built into the program. Each of the page's own addresses returns the same
// index.html, so that a reload works everywhere.
#include <algorithm>
#include <optional>

#include "http/http_options.h"
#include "http/routes/conditional.h"
#include "http/routes/plain_page.h"
#include "http/routes/router.h"
#include "http/routes/routes.h"

namespace glovebox {
namespace {

// Nothing from other hosts and nothing inline. blob: displays pictures that a tool created, which
// are downloaded as attachments and passed as bytes.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

struct Representation {
  std::string_view body;
  std::string_view coding;  // empty: unchanged
};

// "gzip", "br;q=0.5", but not "br;q=0".
bool accepts(const RequestHead& head, std::string_view coding) {
  std::string all = head.joined("Accept-Encoding");
  std::string_view rest = all;
  while (!rest.empty()) {
    std::size_t comma = std::min(rest.find(','), rest.size());
    std::string_view item = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    std::size_t semicolon = std::min(item.find(';'), item.size());
    if (!equal_ignoring_case(trim(item.substr(0, semicolon)), coding)) continue;
    std::string_view weight = item.substr(semicolon);
    return weight.empty() || weight.find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

Representation choose(const ConsoleFile& file, const RequestHead& head) {
  if (!file.brotli.empty() && accepts(head, "br")) return {file.brotli, "br"};
  if (!file.gzip.empty() && accepts(head, "gzip")) return {file.gzip, "gzip"};
  return {file.plain, ""};
}

std::string etag_of(const ConsoleFile& file, const Representation& chosen) {
  std::string etag = "\"" + std::string(file.etag);
  if (!chosen.coding.empty()) etag.append("-").append(chosen.coding);
  return etag + "\"";
}

HttpResponse answer(const ConsoleFile& file, const RequestHead& head) {
  Representation chosen = choose(file, head);
  std::string etag = etag_of(file, chosen);
  bool lasting = file.lifetime == ConsoleFile::Lifetime::kForever;
  HttpResponse response;
  response.fields = {
      {"ETag", etag},
      {"Vary", "Accept-Encoding"},
      {"Cache-Control", lasting ? "public, max-age=31536000, immutable" : "no-cache"},
      {"Content-Security-Policy", std::string(kContentSecurityPolicy)},
      {"Cross-Origin-Opener-Policy", "same-origin"}};
  if (has_seen(head, etag)) {
    response.status = 304;
    return response;
  }
  response.fields.push_back({"Content-Type", std::string(file.content_type)});
  if (!chosen.coding.empty()) {
    response.fields.push_back({"Content-Encoding", std::string(chosen.coding)});
  }
  response.body = chosen.body;
  return response;
}

const ConsoleFile* find_file(std::span<const ConsoleFile> files, std::string_view path) {
  auto it = std::find_if(files.begin(), files.end(),
                         [path](const ConsoleFile& file) { return file.path == path; });
  return it == files.end() ? nullptr : &*it;
}

Awaitable<Result<HttpResponse>> get_page(Exchange& exchange) {
  const ConsoleFile* index = find_file(exchange.options.console, "/index.html");
  if (index != nullptr) co_return answer(*index, exchange.request.head);
  HttpResponse response;
  response.fields.push_back({"Content-Type", "text/html; charset=utf-8"});
  response.body = plain_page();
  co_return response;
}

Awaitable<Result<HttpResponse>> get_asset(Exchange& exchange) {
  std::string path = "/assets/" + exchange.parameter("path");
  const ConsoleFile* file = find_file(exchange.options.console, path);
  if (file == nullptr) co_return not_found("The web console has no such file. Reload the page.");
  co_return answer(*file, exchange.request.head);
}

}  // namespace

std::optional<HttpResponse> missing_page(const HttpOptions& options, const HttpRequest& request) {
  const RequestHead& head = request.head;
  const std::vector<std::string>& segments = request.target.segments;
  const ConsoleFile* index = find_file(options.console, "/index.html");
  bool reads = head.method == "GET" || head.method == "HEAD";
  if (index == nullptr || !reads || segments.empty() || segments[0] == "api") return std::nullopt;
  if (head.joined("Accept").find("text/html") == std::string::npos) return std::nullopt;
  HttpResponse response = answer(*index, head);
  if (response.status == 304) return std::nullopt;
  response.status = 404;
  return response;
}

void add_console_routes(Router& router) {
  // The addresses in web/src/app/router.tsx. They contain no data: the page itself asks for a key.
  for (const char* address : {"/", "/runs", "/runs/{id}", "/checkups/{id}", "/shared/{id}",
                              "/p/{name}", "/compare", "/status", "/house"}) {
    router.add("GET", address, get_page, Access::kOpen);
  }
  router.add("GET", "/assets/{path*}", get_asset, Access::kOpen);
}

}  // namespace glovebox
