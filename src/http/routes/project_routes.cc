#include "execution/projects.h"
#include "http/routes/attachment.h"
#include "http/routes/router.h"
#include "http/routes/routes.h"
#include "http/wire/audit.h"
#include "model/json.h"

namespace glovebox {
namespace {

namespace json = boost::json;

Awaitable<Result<HttpResponse>> get_project(Exchange& exchange, Projects& projects) {
  ProjectId id(exchange.parameter("id"));
  auto finding = projects.details(exchange.request.client, std::move(id));
  GB_CO_TRY(ProjectDetails details, co_await std::move(finding));
  json::object body = to_json(details.project);
  body["files"] = to_json(details.files);
  body["links"] = to_json(details.links);
  co_return charge_body(exchange.options, json_response(200, body), "the list of files");
}

Awaitable<Result<HttpResponse>> delete_project(Exchange& exchange, Projects& projects) {
  ProjectId id(exchange.parameter("id"));
  auto removing = projects.remove(exchange.request.client, id);
  GB_CO_TRY_VOID(co_await std::move(removing));
  audit(exchange.options, audit_event(exchange.request, "audit-delete").with("project", id.str()));
  HttpResponse response;
  response.status = 204;
  co_return response;
}

Awaitable<Result<HttpResponse>> get_file(Exchange& exchange, Projects& projects) {
  ProjectId id(exchange.parameter("id"));
  std::string path = exchange.parameter("path");
  auto opening = projects.open_file(exchange.request.client, std::move(id), path);
  GB_CO_TRY(UniqueFd file, co_await std::move(opening));
  co_return attachment_response(exchange.request.head, std::move(file), path);
}

}  // namespace

void add_project_routes(Router& router, Projects& projects) {
  router.add("GET", "/api/projects/{id}", with(get_project, projects));
  router.add("DELETE", "/api/projects/{id}", with(delete_project, projects));
  router.add("GET", "/api/projects/{id}/files/{path*}", with(get_file, projects));
}

}  // namespace glovebox
