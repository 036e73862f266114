#include "http/routes/router.h"

#include <utility>

namespace glovebox {

void Router::add(std::string_view method, std::string_view pattern, Handler handler,
                 Access access) {
  Route route{method, {}, std::move(handler), access};
  pattern.remove_prefix(1);
  while (!pattern.empty()) {
    std::size_t slash = pattern.find('/');
    route.segments.push_back(pattern.substr(0, slash));
    pattern.remove_prefix(slash == std::string_view::npos ? pattern.size() : slash + 1);
  }
  routes_.push_back(std::move(route));
}

namespace {

std::string joined(const std::vector<std::string>& segments) {
  std::string path;
  for (const std::string& segment : segments) {
    if (!path.empty()) path += '/';
    path += segment;
  }
  return path;
}

}  // namespace

bool Router::could_match(const Route& route, const std::vector<std::string>& segments) {
  std::size_t count = route.segments.size();
  bool open_end = count > 0 && route.segments.back().ends_with("*}");
  if (open_end ? segments.size() < count : segments.size() != count) return false;
  // The last one first: most patterns begin with the same word.
  for (std::size_t i = count; i-- > 0;) {
    if (!route.segments[i].starts_with('{') && segments[i] != route.segments[i]) return false;
  }
  return true;
}

bool Router::matches(const Route& route, const std::vector<std::string>& segments, Match& match) {
  match.handler = &route.handler;
  match.access = route.access;
  match.parameters.clear();
  for (std::size_t i = 0; i < route.segments.size(); ++i) {
    if (i >= segments.size()) return false;
    std::string_view wanted = route.segments[i];
    if (wanted.ends_with("*}")) {
      bool any = wanted.ends_with("**}");
      std::vector<std::string> rest(segments.begin() + static_cast<std::ptrdiff_t>(i),
                                    segments.end());
      std::optional<std::string> path = any ? joined(rest) : relative_path(rest);
      if (!path) return false;
      match.parameters.emplace_back(wanted.substr(1, wanted.find('*') - 1), std::move(*path));
      return true;
    }
    if (wanted.starts_with('{')) {
      if (segments[i].empty()) return false;
      match.parameters.emplace_back(wanted.substr(1, wanted.size() - 2), segments[i]);
    } else if (segments[i] != wanted) {
      return false;
    }
  }
  return segments.size() == route.segments.size();
}

Result<Router::Match> Router::match(std::string_view method,
                                    const std::vector<std::string>& segments) const {
  std::string allowed;
  Match match;
  std::string_view effective = method == "HEAD" ? "GET" : method;
  for (const Route& route : routes_) {
    if (!could_match(route, segments) || !matches(route, segments, match)) continue;
    if (route.method == effective) return match;
    if (!allowed.empty()) allowed += ", ";
    allowed += route.method;
    if (route.method == "GET") allowed += ", HEAD";
  }
  if (allowed.empty()) return not_found("No route has this path.");
  return Error(ErrorKind::kMethodNotAllowed,
               "This path does not accept " + std::string(method.substr(0, 32)) + ".")
      .with("allowed", allowed);
}

}  // namespace glovebox
