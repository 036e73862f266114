#include "http/policy/host_policy.h"

#include <algorithm>
#include <charconv>

namespace glovebox {
namespace {

Error foreign(std::string_view field, std::string_view value) {
  return Error(ErrorKind::kForbidden,
               "This server does not accept requests whose " + std::string(field) +
                   " is unknown. If it names this server, add it to allowed_hosts or set "
                   "public_url.")
      .with("field", field)
      .with("observed", value.substr(0, 256));
}

int default_port(std::string_view scheme) {
  return scheme == "https" ? 443 : 80;
}

bool is_host_char(unsigned char c) {
  bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
  return alphanumeric || c == '-' || c == '.' || c == '_';
}

bool is_host(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    return !host.empty() && host.find_first_not_of("0123456789abcdef:.") == host.npos;
  }
  return !host.empty() && host.size() <= 255 && std::all_of(host.begin(), host.end(), is_host_char);
}

}  // namespace

Result<HostPolicy::HostPort> HostPolicy::parse_host_port(std::string_view text) {
  Error bad = validation_error("\"" + std::string(text.substr(0, 256)) +
                               "\" is not a host name with an optional port.");
  HostPort result;
  std::size_t colon = text.starts_with('[') ? text.find("]:") + 1 : text.find(':');
  if (colon == 0 && text.starts_with('[')) colon = std::string_view::npos;
  result.host = text.substr(0, colon);
  for (char& c : result.host) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  // "name." is the same name, fully qualified.
  if (result.host.size() > 1 && result.host.ends_with('.')) result.host.pop_back();
  if (!is_host(result.host)) return bad;
  if (colon == std::string_view::npos) return result;
  const char* end = text.data() + text.size();
  auto [stop, failure] = std::from_chars(text.data() + colon + 1, end, result.port);
  if (failure != std::errc() || stop != end || result.port < 1 || result.port > 65535) return bad;
  return result;
}

Result<HostPolicy::Origin> HostPolicy::parse_origin(std::string_view text) {
  Origin origin;
  std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) {
    return validation_error("\"" + std::string(text.substr(0, 256)) +
                            "\" is not an origin such as https://glovebox.example.");
  }
  origin.scheme = text.substr(0, colon);
  GB_TRY(origin.at, parse_host_port(text.substr(colon + 3)));
  if (origin.at.port == 0) origin.at.port = default_port(origin.scheme);
  return origin;
}

Result<HostPolicy> HostPolicy::make(const HostOptions& options) {
  HostPolicy policy;
  for (const std::string& text : options.allowed_hosts) {
    auto host = parse_host_port(text);
    if (!host) return std::move(host.error()).with_context("allowed_hosts");
    policy.hosts_.push_back(std::move(*host));
  }
  if (!options.public_url.empty()) {
    std::string_view url = options.public_url;
    std::size_t path = url.find('/', std::min(url.find("://"), url.size() - 1) + 3);
    auto origin = parse_origin(url.substr(0, path));
    bool http = origin && (origin->scheme == "http" || origin->scheme == "https");
    if (!http) {
      return validation_error("public_url: \"" + options.public_url +
                              "\" is not a URL such as https://glovebox.example.");
    }
    policy.public_origin_.push_back(*origin);
  }
  policy.any_host_ = !options.bound_to_loopback && options.allowed_hosts.empty();
  if (options.bound_to_loopback) {
    for (const char* name : {"localhost", "127.0.0.1", "[::1]"}) {
      policy.hosts_.push_back(HostPort{name, 0});
    }
  }
  return policy;
}

bool HostPolicy::is_allowed_host(const HostPort& host) const {
  if (any_host_) return true;
  auto same = [&](const HostPort& allowed) {
    return allowed.host == host.host && (allowed.port == 0 || allowed.port == host.port);
  };
  if (std::any_of(hosts_.begin(), hosts_.end(), same)) return true;
  return std::any_of(public_origin_.begin(), public_origin_.end(), [&](const Origin& origin) {
    int port = host.port == 0 ? default_port(origin.scheme) : host.port;
    return origin.at.host == host.host && origin.at.port == port;
  });
}

Result<void> HostPolicy::check_origin(std::string_view text, const HostPort* host) const {
  auto origin = parse_origin(text);
  // "null" comes from sandboxed frames and local files: foreign like any other.
  if (!origin) return foreign("Origin", text);
  bool web = origin->scheme == "http" || origin->scheme == "https";
  if (web && host != nullptr) {
    HostPort own = *host;
    // A proxy may have taken the TLS off, so the scheme is the origin's to say.
    if (own.port == 0) own.port = default_port(origin->scheme);
    if (origin->at == own) return ok();
  }
  if (std::count(public_origin_.begin(), public_origin_.end(), *origin) > 0) return ok();
  return foreign("Origin", text);
}

Result<void> HostPolicy::check(const RequestHead& head, std::string_view authority) const {
  const std::string* field = head.find("Host");
  const std::string* origin = head.find("Origin");
  if (field == nullptr && authority.empty()) {
    return origin == nullptr ? ok() : check_origin(*origin, nullptr);
  }
  std::string_view text = field != nullptr ? std::string_view(*field) : std::string_view();
  if (!authority.empty()) text = authority;
  auto host = parse_host_port(text);
  if (!host) return std::move(host.error()).with_context("Host");
  if (!is_allowed_host(*host)) return foreign("Host", text);
  return origin == nullptr ? ok() : check_origin(*origin, &*host);
}

}  // namespace glovebox
