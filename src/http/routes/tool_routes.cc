#include "http/routes/router.h"
#include "http/routes/routes.h"
#include "model/json.h"

namespace glovebox {
namespace {

namespace json = boost::json;

Awaitable<Result<HttpResponse>> get_tools(Exchange& exchange) {
  json::array tools;
  for (const Tool& tool : exchange.service.tools()) tools.push_back(to_json(tool));
  json::object body;
  body["tools"] = std::move(tools);
  co_return json_response(200, body);
}

Awaitable<Result<HttpResponse>> get_tool(Exchange& exchange) {
  ToolId id(exchange.parameter("id"));
  GB_CO_TRY(const Tool* tool, exchange.service.tool(id));
  co_return json_response(200, to_json(*tool));
}

Awaitable<Result<HttpResponse>> get_examples(Exchange& exchange) {
  ToolId id(exchange.parameter("id"));
  GB_CO_TRY(const Tool* tool, exchange.service.tool(id));
  json::array examples;
  for (const ExampleInfo& example : tool->examples) examples.push_back(to_json(example));
  json::object body;
  body["examples"] = std::move(examples);
  co_return json_response(200, body);
}

Awaitable<Result<HttpResponse>> post_example(Exchange& exchange) {
  ClientId client = exchange.request.client;
  ToolId tool(exchange.parameter("id"));
  std::string name = exchange.parameter("name");
  auto adding = exchange.service.add_example(std::move(client), std::move(tool), std::move(name));
  GB_CO_TRY(Project project, co_await std::move(adding));
  HttpResponse response = json_response(201, to_json(project));
  response.fields.push_back({"Location", "/api/projects/" + project.id.str()});
  co_return response;
}

}  // namespace

void add_tool_routes(Router& router) {
  router.add("GET", "/api/tools", get_tools);
  router.add("GET", "/api/tools/{id}", get_tool);
  router.add("GET", "/api/examples/{id}", get_examples);
  router.add("POST", "/api/examples/{id}/{name}", post_example);
}

}  // namespace glovebox
