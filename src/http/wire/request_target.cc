#include "http/wire/request_target.h"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace glovebox {
namespace {

namespace urls = boost::urls;

std::string decoded(urls::pct_string_view text, bool plus_is_space = false) {
  urls::encoding_opts options;
  options.space_as_plus = plus_is_space;
  return text.decode(options);
}

bool is_plain_component(std::string_view component) {
  if (component.empty() || component == "." || component == "..") return false;
  return std::none_of(component.begin(), component.end(),
                      [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '\\'; });
}

Result<urls::url_view> parse_view(std::string_view target) {
  bool origin_form = target.starts_with('/');
  if (!origin_form && !target.starts_with("http://") && !target.starts_with("https://")) {
    return validation_error("The request target must be a path that starts with \"/\".");
  }
  auto view = origin_form ? urls::parse_origin_form(target) : urls::parse_uri(target);
  if (view && (origin_form || !view->encoded_host().empty())) return *view;
  if (target.find('\\') != std::string_view::npos) return not_found("No route has this path.");
  return validation_error("The request target is not a valid path with percent-encoding.");
}

}  // namespace

const std::string* RequestTarget::find(std::string_view name) const {
  auto found = std::find_if(query.rbegin(), query.rend(),
                            [&](const auto& parameter) { return parameter.first == name; });
  return found == query.rend() ? nullptr : &found->second;
}

Result<RequestTarget> parse_target(std::string_view target) {
  GB_TRY(urls::url_view view, parse_view(target));
  RequestTarget result;
  if (view.has_authority()) result.authority = view.encoded_host_and_port();
  // Not encoded_segments(), which hides a "." at the start of the path.
  std::string_view path = view.encoded_path();
  while (path.size() > 1) {
    path.remove_prefix(1);
    std::size_t slash = std::min(path.find('/'), path.size());
    result.segments.push_back(decoded(urls::pct_string_view(path.substr(0, slash))));
    path.remove_prefix(slash);
    if (path == "/") result.segments.emplace_back();
  }
  for (auto parameter : view.encoded_params()) {
    result.query.emplace_back(decoded(parameter.key, true), decoded(parameter.value, true));
  }
  return result;
}

std::optional<std::string> relative_path(const std::vector<std::string>& segments) {
  std::string path;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (i > 0) path += '/';
    path += segments[i];
  }
  std::string_view rest = path;
  while (true) {
    std::size_t slash = rest.find('/');
    if (!is_plain_component(rest.substr(0, slash))) return std::nullopt;
    if (slash == std::string_view::npos) return path;
    rest.remove_prefix(slash + 1);
  }
}

}  // namespace glovebox
