#include "http/routes/attachment.h"
#include "http/routes/router.h"
#include "http/routes/routes.h"
#include "model/json.h"

namespace glovebox {
namespace {

namespace json = boost::json;

Awaitable<Result<HttpResponse>> get_project(Exchange& exchange) {
  ProjectId id(exchange.parameter("id"));
  auto finding = exchange.service.project_details(exchange.request.client, std::move(id));
  GB_CO_TRY(ProjectDetails details, co_await std::move(finding));
  json::object body = to_json(details.project);
  body["files"] = to_json(details.files);
  body["links"] = to_json(details.links);
  co_return charge_body(exchange.options, json_response(200, body), "the list of files");
}

Awaitable<Result<HttpResponse>> delete_project(Exchange& exchange) {
  ProjectId id(exchange.parameter("id"));
  auto removing = exchange.service.remove_project(exchange.request.client, std::move(id));
  GB_CO_TRY_VOID(co_await std::move(removing));
  HttpResponse response;
  response.status = 204;
  co_return response;
}

Awaitable<Result<HttpResponse>> get_file(Exchange& exchange) {
  ProjectId id(exchange.parameter("id"));
  std::string path = exchange.parameter("path");
  auto opening = exchange.service.open_project_file(exchange.request.client, std::move(id), path);
  GB_CO_TRY(UniqueFd file, co_await std::move(opening));
  co_return attachment_response(exchange.request.head, std::move(file), path);
}

}  // namespace

void add_project_routes(Router& router) {
  router.add("GET", "/api/projects/{id}", get_project);
  router.add("DELETE", "/api/projects/{id}", delete_project);
  router.add("GET", "/api/projects/{id}/files/{path*}", get_file);
}

}  // namespace glovebox
