#include "http/http_options.h"
#include "http/routes/routes.h"

namespace glovebox {
namespace {

Awaitable<Result<HttpResponse>> get_metrics(Exchange& exchange) {
  if (!exchange.options.metrics) {
    co_return not_found(
        "There are no metrics here. The operator gives them an address of their own with [metrics] "
        "listen; with [auth] keys_file they are here, for requests with a key.");
  }
  HttpResponse response;
  response.fields = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"},
                     {"Cache-Control", "no-store"}};
  response.body = exchange.options.metrics();
  co_return response;
}

}  // namespace

// Without keys, who may ask for them is decided by the address alone, so they are not among the
// routes for clients: HttpOptions::metrics is null there.
void add_metrics_routes(Router& router, Access access) {
  router.add("GET", "/metrics", get_metrics, access);
}

}  // namespace glovebox
