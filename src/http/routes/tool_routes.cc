#include "execution/projects.h"
#include "execution/tools.h"
#include "http/routes/router.h"
#include "http/routes/routes.h"
#include "http/wire/audit.h"
#include "model/json.h"

namespace glovebox {
namespace {

namespace json = boost::json;

Awaitable<Result<HttpResponse>> get_tools(Exchange& /*exchange*/, Tools& tools) {
  json::array all;
  for (const Tool& tool : tools.tools()) all.push_back(to_json(tool));
  json::object body;
  body["tools"] = std::move(all);
  co_return json_response(200, body);
}

Awaitable<Result<HttpResponse>> get_tool(Exchange& exchange, Tools& tools) {
  ToolId id(exchange.parameter("id"));
  GB_CO_TRY(const Tool* tool, tools.tool(id));
  co_return json_response(200, to_json(*tool));
}

Awaitable<Result<HttpResponse>> get_examples(Exchange& exchange, Tools& tools) {
  ToolId id(exchange.parameter("id"));
  GB_CO_TRY(const Tool* tool, tools.tool(id));
  json::array examples;
  for (const ExampleInfo& example : tool->examples) examples.push_back(to_json(example));
  json::object body;
  body["examples"] = std::move(examples);
  co_return json_response(200, body);
}

Awaitable<Result<HttpResponse>> post_example(Exchange& exchange, Projects& projects) {
  ClientId client = exchange.request.client;
  ToolId tool(exchange.parameter("id"));
  std::string name = exchange.parameter("name");
  auto adding = projects.add_example(std::move(client), std::move(tool), std::move(name));
  GB_CO_TRY(Project project, co_await std::move(adding));
  audit(exchange.options, audit_event(exchange.request, "audit-upload")
                              .with("project", project.id.str())
                              .with("example", exchange.parameter("name")));
  HttpResponse response = json_response(201, to_json(project));
  response.fields.push_back({"Location", "/api/projects/" + project.id.str()});
  co_return response;
}

}  // namespace

void add_tool_routes(Router& router, Tools& tools) {
  router.add("GET", "/api/tools", with(get_tools, tools));
  router.add("GET", "/api/tools/{id}", with(get_tool, tools));
}

void add_example_routes(Router& router, Tools& tools, Projects& projects) {
  router.add("GET", "/api/examples/{id}", with(get_examples, tools));
  router.add("POST", "/api/examples/{id}/{name}", with(post_example, projects));
}

}  // namespace glovebox
