#include "findings/rule_help.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace glovebox {
namespace {

constexpr std::string_view kHttps = "https://";
constexpr std::string_view kPlaceholder = "{rule}";

// Without characters that could end an attribute, a header or a line.
bool is_https_url(std::string_view url) {
  return url.size() <= 1000 && url.starts_with(kHttps) && url.size() > kHttps.size() &&
         url[kHttps.size()] != '/' && std::all_of(url.begin(), url.end(), [](char c) {
           return c > ' ' && c < 0x7F &&
                  std::string_view("\"'<>\\`").find(c) == std::string_view::npos;
         });
}

}  // namespace

std::string rule_help_url(const std::string& url, const std::string& rule) {
  std::string address = url;
  std::string encoded;
  for (char c : rule) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '-' || c == '_' || c == '.' || c == '/' || c == '~';
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  std::size_t at = address.find(kPlaceholder);
  if (at != std::string::npos) {
    if (rule.empty()) return "";
    address.replace(at, kPlaceholder.size(), encoded);
  }
  return is_https_url(address) ? address : "";
}

}  // namespace glovebox
