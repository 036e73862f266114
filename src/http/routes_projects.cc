#include <sys/stat.h>

#include <cerrno>

#include "http/display_name.h"
#include "http/router.h"
#include "http/routes.h"
#include "model/json.h"

namespace glovebox {
namespace {

namespace json = boost::json;

Awaitable<Result<HttpResponse>> get_project(Exchange& exchange) {
  ProjectId id(exchange.parameter("id"));
  auto finding = exchange.service.project(exchange.request.client, id);
  GB_CO_TRY(Project project, co_await std::move(finding));
  auto listing = exchange.service.project_files(exchange.request.client, id);
  GB_CO_TRY(std::vector<ProjectFile> files, co_await std::move(listing));
  json::object body = to_json(project);
  body["files"] = to_json(files);
  co_return json_response(200, body);
}

Awaitable<Result<HttpResponse>> delete_project(Exchange& exchange) {
  ProjectId id(exchange.parameter("id"));
  auto removing = exchange.service.remove_project(exchange.request.client, std::move(id));
  GB_CO_TRY_VOID(co_await std::move(removing));
  HttpResponse response;
  response.status = 204;
  co_return response;
}

// filename* carries what filename, plain ASCII without quotes, cannot (RFC 6266).
std::string attachment(std::string_view path) {
  std::string name = display_name(path);
  std::string plain;
  std::string encoded;
  for (unsigned char c : name) {
    bool safe = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                c == '-' || c == '.' || c == '_';
    plain += safe || c == ' ' ? static_cast<char>(c) : '_';
    static constexpr char kHex[] = "0123456789ABCDEF";
    if (safe) {
      encoded += static_cast<char>(c);
    } else {
      encoded += {'%', kHex[c >> 4], kHex[c & 15]};
    }
  }
  std::string value = "attachment; filename=\"" + plain + "\"";
  if (plain != name) value += "; filename*=UTF-8''" + encoded;
  return value;
}

Awaitable<Result<HttpResponse>> get_file(Exchange& exchange) {
  ProjectId id(exchange.parameter("id"));
  std::string path = exchange.parameter("path");
  auto opening = exchange.service.open_project_file(exchange.request.client, std::move(id), path);
  HttpResponse response;
  GB_CO_TRY(response.file, co_await std::move(opening));
  struct stat status {};
  if (::fstat(response.file.get(), &status) != 0) co_return Error::from_errno("fstat", path, errno);
  if (!S_ISREG(status.st_mode)) co_return not_found("The project has no such file.");
  response.file_bytes = static_cast<std::uint64_t>(status.st_size);
  response.fields.push_back({"Content-Type", "application/octet-stream"});
  response.fields.push_back({"Content-Disposition", attachment(path)});
  co_return response;
}

}  // namespace

void add_project_routes(Router& router) {
  router.add("GET", "/api/projects/{id}", get_project);
  router.add("DELETE", "/api/projects/{id}", delete_project);
  router.add("GET", "/api/projects/{id}/files/{path*}", get_file);
}

}  // namespace glovebox
