#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>

#include "outbound/https_call.h"

namespace glovebox {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

// Empty if the URL has no such part.
std::string url_part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

void make_lower(std::string& text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
}

}  // namespace

std::string UrlParts::origin() const {
  bool v6 = host.find(':') != std::string::npos;
  return fmt::format(fmt::runtime(v6 ? "{}://[{}]:{}" : "{}://{}:{}"), scheme, host, port);
}

Result<UrlParts> parse_outbound_url(const std::string& text) {
  auto wrong = [](std::string why) {
    return validation_error(std::move(why)).with("field", "url");
  };
  if (text.size() > kMaxOutboundUrl) {
    return wrong(
        fmt::format("the URL has {} characters; the limit is {}", text.size(), kMaxOutboundUrl));
  }
  if (!std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; })) {
    return wrong(
        "the URL must be ASCII without spaces; write a name of another script as Punycode");
  }
  std::unique_ptr<CURLU, FreeUrl> url(curl_url());
  CURLUcode code = curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0);
  if (code != CURLUE_OK) {
    return wrong(fmt::format("this is no http or https URL: {}", curl_url_strerror(code)));
  }
  UrlParts parts;
  parts.scheme = url_part(url.get(), CURLUPART_SCHEME);
  parts.host = url_part(url.get(), CURLUPART_HOST);
  parts.port = url_part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  if (parts.scheme != "https" && parts.scheme != "http") {
    return wrong("the URL must begin with https://, or http:// for an allowed network");
  }
  if (!url_part(url.get(), CURLUPART_USER).empty() ||
      !url_part(url.get(), CURLUPART_PASSWORD).empty()) {
    return wrong("the URL must not hold a user or a password");
  }
  if (!url_part(url.get(), CURLUPART_FRAGMENT).empty()) {
    return wrong("the URL must not have a fragment");
  }
  if (!url_part(url.get(), CURLUPART_ZONEID).empty()) {
    return wrong("the URL must not name a network interface");
  }
  if (parts.host.starts_with('[')) parts.host = parts.host.substr(1, parts.host.size() - 2);
  make_lower(parts.host);
  if (parts.host.empty()) return wrong("the URL has no host");
  if (parts.port == "0") return wrong("the URL's port must not be 0");
  return parts;
}

Result<void> check_addresses(const UrlParts& url, const std::vector<NetworkAddress>& found,
                             const SenderOptions& options) {
  if (std::ranges::find(options.trusted_origins, url.origin()) != options.trusted_origins.end()) {
    return ok();
  }
  for (const NetworkAddress& address : found) {
    if (is_in_any(options.allow_networks, address)) continue;
    std::string_view purpose = special_purpose_of(address);
    if (!purpose.empty()) {
      return Error(ErrorKind::kForbidden,
                   fmt::format("'{}' has the address {} ({}); only public addresses and those in "
                               "allow_networks of [webhooks] are permitted",
                               url.host, address.text(), purpose));
    }
    if (url.scheme != "https") {
      return Error(ErrorKind::kForbidden,
                   fmt::format("'{}' has the address {}, to which only https is permitted; plain "
                               "http is for addresses in allow_networks of [webhooks]",
                               url.host, address.text()));
    }
  }
  return ok();
}

}  // namespace glovebox
