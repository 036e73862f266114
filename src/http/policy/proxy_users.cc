#include "http/policy/proxy_users.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace glovebox {
namespace {

// RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
  auto is_token_char = [](char c) {
    bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), is_token_char);
}

constexpr std::string_view kTakenFields[] = {
    "Authorization", "X-API-Key",         "Cookie",         "Host",
    "Origin",        "Forwarded",         "Connection",     "User-Agent",
    "Content-Type",  "X-Forwarded-For",   "Content-Length", "Accept",
    "Referer",       "X-Forwarded-Proto", "traceparent",
};

bool is_user_char(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte < 0x7f &&
         std::string_view(",;\"'\\<>").find(c) == std::string_view::npos;
}

Error refused_user(std::string message) {
  return Error(ErrorKind::kAuthentication, std::move(message)).with("reason", "bad-user");
}

}  // namespace

Result<ProxyUsers> ProxyUsers::make(std::string header) {
  ProxyUsers users;
  if (header.empty()) return users;
  auto same = [&](std::string_view taken) { return equal_ignoring_case(header, taken); };
  if (!is_token(header) || std::any_of(std::begin(kTakenFields), std::end(kTakenFields), same)) {
    return validation_error("trusted_user_header: \"" + header.substr(0, 100) +
                            "\" cannot be the name of the field; use one such as X-Remote-User");
  }
  users.header_ = std::move(header);
  return users;
}

Result<std::optional<ClientId>> ProxyUsers::user(const RequestHead& head) const {
  const std::string* value = nullptr;
  for (const HeaderField& field : head.fields) {
    if (!equal_ignoring_case(field.name, header_)) continue;
    if (value != nullptr) {
      return refused_user(
          fmt::format("The request has the field {} more than once. The proxy must "
                      "replace what its clients send.",
                      header_));
    }
    value = &field.value;
  }
  if (value == nullptr) return std::optional<ClientId>();
  std::string_view name = trim(*value);
  if (name.empty()) return std::optional<ClientId>();
  if (name.size() > kLongestUser || !std::all_of(name.begin(), name.end(), is_user_char)) {
    return refused_user(
        fmt::format("The field {} has no user's name: at most {} printable ASCII "
                    "characters without spaces, commas, semicolons and quotes.",
                    header_, kLongestUser));
  }
  return std::optional(ClientId("user:" + std::string(name)));
}

}  // namespace glovebox
