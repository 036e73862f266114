// Router: method and path → handler.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/wire/exchange.h"

namespace glovebox {

using Handler = std::function<Awaitable<Result<HttpResponse>>(Exchange&)>;

// A route together with the parts of the service that it uses, which must outlive the router.
template <class... Parts>
Handler with(Awaitable<Result<HttpResponse>> (*route)(Exchange&, Parts&...), Parts&... parts) {
  return [route, &parts...](Exchange& exchange) { return route(exchange, parts...); };
}

// Whether a request must bring an API key where the server asks for them.
// kWelcome: the route learns whose the request is, if the request says so.
// kShared: kWithKey, or the token of a share of what "{id}" names. The route reads for
// HttpRequest::reader and changes nothing.
enum class Access { kWithKey, kOpen, kWelcome, kShared };

class Router {
 public:
  // Pattern: "/api/tools/{id}"; a last "{path*}" takes one or more segments, as a relative path
  // with plain components; "{path**}" whatever they are, for what is no path of ours. Patterns and
  // methods are literals.
  void add(std::string_view method, std::string_view pattern, Handler handler,
           Access access = Access::kWithKey);

  struct Match {
    const Handler* handler = nullptr;  // not null; the router's
    Access access = Access::kWithKey;
    std::vector<std::pair<std::string_view, std::string>> parameters;
  };
  // HEAD is answered by GET's handler, OPTIONS with the methods. kNotFound, or kMethodNotAllowed
  // with them in details as "allowed".
  Result<Match> match(std::string_view method, const std::vector<std::string>& segments) const;

 private:
  struct Route {
    std::string_view method;
    std::vector<std::string_view> segments;
    Handler handler;
    Access access = Access::kWithKey;
  };
  // Whether the literal segments are those of the path.
  static bool could_match(const Route& route, const std::vector<std::string>& segments);
  static bool matches(const Route& route, const std::vector<std::string>& segments, Match& match);

  std::vector<Route> routes_;
};

}  // namespace glovebox
