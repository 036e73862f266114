#include "mcp/resource_uri.h"

#include <fmt/format.h>

#include <cctype>

namespace glovebox {
namespace {

constexpr std::string_view kRuns = "glovebox://runs/";
constexpr std::string_view kCheckups = "glovebox://checkups/";
constexpr std::string_view kReportPart = "/report.sarif";
constexpr std::string_view kOutputPart = "/output";
constexpr std::string_view kArtifactsPart = "/artifacts/";

// RFC 3986's unreserved characters, and what divides a path.
bool is_plain(unsigned char c) {
  return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == '~' || c == '/';
}

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (unsigned char c : text) {
    encoded += is_plain(c) ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02X}", c);
  }
  return encoded;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    int high = i + 1 < text.size() ? hex_digit(text[i + 1]) : -1;
    int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

std::optional<ResourceName> parse_run(std::string_view rest) {
  std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos || slash == 0) return std::nullopt;
  ResourceName name;
  name.id = rest.substr(0, slash);
  rest.remove_prefix(slash);
  if (rest == kReportPart) return name;
  if (rest == kOutputPart) {
    name.kind = ResourceName::Kind::kOutput;
    return name;
  }
  if (!rest.starts_with(kArtifactsPart)) return std::nullopt;
  std::optional<std::string> path = percent_decoded(rest.substr(kArtifactsPart.size()));
  if (!path || path->empty()) return std::nullopt;
  name.kind = ResourceName::Kind::kArtifact;
  name.path = std::move(*path);
  return name;
}

}  // namespace

std::string report_uri(const JobId& id) {
  return fmt::format("{}{}{}", kRuns, id.str(), kReportPart);
}

std::string report_uri(const CheckupId& id) {
  return fmt::format("{}{}{}", kCheckups, id.str(), kReportPart);
}

std::string artifact_uri(const JobId& id, std::string_view path) {
  return fmt::format("{}{}{}{}", kRuns, id.str(), kArtifactsPart, percent_encoded(path));
}

std::optional<ResourceName> parse_resource_uri(std::string_view uri) {
  if (uri.starts_with(kRuns)) return parse_run(uri.substr(kRuns.size()));
  if (!uri.starts_with(kCheckups) || !uri.ends_with(kReportPart)) return std::nullopt;
  ResourceName name;
  name.kind = ResourceName::Kind::kCheckupReport;
  uri.remove_prefix(kCheckups.size());
  if (uri.size() <= kReportPart.size()) return std::nullopt;
  name.id = uri.substr(0, uri.size() - kReportPart.size());
  if (name.id.find('/') != std::string::npos) return std::nullopt;
  return name;
}

}  // namespace glovebox
