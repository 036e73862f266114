#include "mcp/resources.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <cerrno>
#include <functional>
#include <string>
#include <utility>

#include "base/units.h"
#include "base/utf8_text.h"
#include "execution/async/blocking.h"
#include "execution/public_error.h"
#include "mcp/base64.h"
#include "mcp/resource_uri.h"

namespace glovebox {
namespace {

namespace json = boost::json;

struct ResourceContent {
  std::string bytes;
  std::string media_type;
};
using ContentRead = Awaitable<Result<ResourceContent>>;

Error too_large_resource(std::uint64_t bytes, std::string_view elsewhere) {
  return Error(ErrorKind::kPayloadTooLarge,
               fmt::format("It has {}; resources/read returns at most {}. {} has all of it.",
                           format_bytes(ByteCount(bytes)),
                           format_bytes(ByteCount(kMcpResourceBytes)), elsewhere));
}

Result<std::string> read_whole(int fd, std::string_view elsewhere) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return Error::from_errno("fstat", "the resource", errno);
  auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > kMcpResourceBytes) return too_large_resource(size, elsewhere);
  std::string bytes(size, '\0');
  std::size_t got = 0;
  while (got < bytes.size()) {
    ssize_t n = ::pread(fd, bytes.data() + got, bytes.size() - got, static_cast<off_t>(got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error::from_errno("pread", "the resource", errno);
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
  }
  bytes.resize(got);
  return bytes;
}

ContentRead read_file(boost::asio::thread_pool& pool, UniqueFd file, std::string media_type,
                      std::string elsewhere) {
  auto held = std::make_shared<UniqueFd>(std::move(file));
  std::function<Result<std::string>()> read = [held, elsewhere = std::move(elsewhere)] {
    return read_whole(held->get(), elsewhere);
  };
  ResourceContent content;
  GB_CO_TRY(content.bytes, co_await run_blocking(pool, std::move(read)));
  content.media_type = std::move(media_type);
  co_return content;
}

ContentRead read_report(Services services, boost::asio::thread_pool& pool, ClientId client,
                        ResourceName name) {
  bool of_checkup = name.kind == ResourceName::Kind::kCheckupReport;
  std::string elsewhere =
      fmt::format("GET /api/{}/{}/report", of_checkup ? "checkups" : "jobs", name.id);
  FindingsReport report;
  if (of_checkup) {
    auto making = services.checkups.report(std::move(client), CheckupId(name.id), "sarif");
    GB_CO_TRY(report, co_await std::move(making));
  } else {
    auto making = services.findings.report(std::move(client), JobId(name.id), "sarif");
    GB_CO_TRY(report, co_await std::move(making));
  }
  auto reading =
      read_file(pool, std::move(report.file), std::move(report.media_type), std::move(elsewhere));
  co_return co_await std::move(reading);
}

ContentRead read_artifact(Services services, boost::asio::thread_pool& pool, ClientId client,
                          ResourceName name) {
  auto opening = services.artifacts.open(std::move(client), JobId(name.id), name.path);
  GB_CO_TRY(UniqueFd file, co_await std::move(opening));
  std::string elsewhere = fmt::format("GET /api/jobs/{}/artifacts/…", name.id);
  auto reading = read_file(pool, std::move(file), std::string(), std::move(elsewhere));
  co_return co_await std::move(reading);
}

ContentRead read_output(Services services, ClientId client, ResourceName name) {
  auto reading = services.jobs.raw_output(std::move(client), JobId(name.id));
  ResourceContent content;
  GB_CO_TRY(content.bytes, co_await std::move(reading));
  if (content.bytes.size() > kMcpResourceBytes) {
    co_return too_large_resource(content.bytes.size(),
                                 fmt::format("GET /api/jobs/{}/output", name.id));
  }
  content.bytes = to_valid_utf8(content.bytes);
  content.media_type = "text/plain";
  co_return content;
}

McpFault resource_fault(const Error& error, const std::string& uri, McpRevision revision) {
  McpFault fault;
  if (error.kind() == ErrorKind::kInternal) {
    fault.message = public_error("resources/read", error).message();
    return fault;
  }
  bool missing = error.kind() == ErrorKind::kNotFound;
  bool modern = revision == McpRevision::k20260728;
  fault.code = missing && !modern ? kMcpResourceNotFound2025 : kMcpInvalidParams;
  fault.message = missing ? "Resource not found: " + error.message() : error.message();
  fault.data["uri"] = uri;
  return fault;
}

json::object contents_of(ResourceContent content, const std::string& uri) {
  json::object one{{"uri", uri}};
  bool is_text = to_valid_utf8(content.bytes) == content.bytes &&
                 content.bytes.find('\0') == std::string::npos;
  if (content.media_type.empty()) {
    content.media_type = is_text ? "text/plain" : "application/octet-stream";
  }
  one["mimeType"] = content.media_type;
  if (is_text) {
    one["text"] = content.bytes;
  } else {
    one["blob"] = to_base64(content.bytes);
  }
  json::object result;
  result["contents"] = json::array{std::move(one)};
  return result;
}

}  // namespace

json::array mcp_resource_templates() {
  return {json::object{{"uriTemplate", "glovebox://runs/{runId}/report.sarif"},
                       {"name", "report"},
                       {"description", "The findings of a run that has ended, as SARIF 2.1.0."},
                       {"mimeType", "application/sarif+json"}},
          json::object{{"uriTemplate", "glovebox://checkups/{checkupId}/report.sarif"},
                       {"name", "checkup-report"},
                       {"description", "The findings of a check-up, a SARIF run for each tool."},
                       {"mimeType", "application/sarif+json"}},
          json::object{{"uriTemplate", "glovebox://runs/{runId}/output"},
                       {"name", "output"},
                       {"description", "What the tool wrote, as far as it is kept."},
                       {"mimeType", "text/plain"}},
          json::object{{"uriTemplate", "glovebox://runs/{runId}/artifacts/{+path}"},
                       {"name", "artifact"},
                       {"description", "A file that the tool made or changed."}}};
}

Awaitable<McpResult<json::object>> read_resource(Services services, boost::asio::thread_pool& pool,
                                                 McpContext context, const McpMessage& message) {
  const json::value* given = message.params.if_contains("uri");
  if (given == nullptr || !given->is_string()) {
    co_return McpFault{kMcpInvalidParams, "\"uri\" must be a string.", {}, 200};
  }
  std::string uri(given->get_string());
  std::optional<ResourceName> name = parse_resource_uri(uri);
  if (!name) {
    Error none = not_found("no resource has this URI.");
    co_return resource_fault(none, uri, context.revision);
  }
  using Kind = ResourceName::Kind;
  ClientId client = std::move(context.caller.client);
  Kind kind = name->kind;
  ContentRead reading =
      kind == Kind::kOutput     ? read_output(services, std::move(client), std::move(*name))
      : kind == Kind::kArtifact ? read_artifact(services, pool, std::move(client), std::move(*name))
                                : read_report(services, pool, std::move(client), std::move(*name));
  Result<ResourceContent> content = co_await std::move(reading);
  if (content.has_error()) co_return resource_fault(content.error(), uri, context.revision);
  co_return contents_of(std::move(*content), uri);
}

}  // namespace glovebox
