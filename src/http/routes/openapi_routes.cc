#include "http/routes/openapi_document.h"
#include "http/routes/router.h"
#include "http/routes/routes.h"

namespace glovebox {
namespace {

Awaitable<Result<HttpResponse>> get_openapi(Exchange&) {
  HttpResponse response;
  response.fields = {{"Content-Type", "application/json"}, {"Cache-Control", "no-cache"}};
  response.body = openapi_document();
  co_return response;
}

}  // namespace

void add_openapi_routes(Router& router) {
  router.add("GET", "/openapi.json", get_openapi, Access::kOpen);
}

}  // namespace glovebox
