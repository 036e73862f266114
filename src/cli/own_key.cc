#include "cli/own_key.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>

#include "base/os.h"

namespace glovebox {
namespace {

constexpr std::size_t kLongestKey = 512;
constexpr std::string_view kSpaces = " \t\r\n";

// The characters allowed after "Bearer" (RFC 6750, b64token). This prevents sending another file to
// a server by mistake.
bool may_be_key(std::string_view text) {
  return !text.empty() && text.size() <= kLongestKey &&
         std::all_of(text.begin(), text.end(), [](char c) {
           bool alphanumeric =
               (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
           return alphanumeric || std::string_view("-._~+/=").find(c) != std::string_view::npos;
         });
}

Result<std::string> checked(std::string_view text, const std::string& source) {
  std::size_t first = text.find_first_not_of(kSpaces);
  if (first != std::string_view::npos) {
    text = text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
    if (may_be_key(text)) return std::string(text);
  }
  return Error(ErrorKind::kUser,
               fmt::format("{} has no API key; it must contain only the key, as 'glovebox key "
                           "create' prints it",
                           source));
}

void warn_of_readers(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || (status.st_mode & (S_IRGRP | S_IROTH)) == 0) return;
  fmt::print(stderr, "glovebox: other users of this machine can read {}: chmod go-r {}\n", path,
             path);
}

}  // namespace

Result<std::string> own_api_key(const ServerAccess& access) {
  if (!access.key_file.empty()) {
    auto text = os::read_file(access.key_file, kLongestKey + 16);
    if (text.has_error()) {
      return std::move(text).error().with_kind(ErrorKind::kUser).with_context("--key-file");
    }
    warn_of_readers(access.key_file);
    return checked(*text, access.key_file);
  }
  if (access.api_key.empty()) return std::string();
  return checked(access.api_key, "GLOVEBOX_API_KEY");
}

Error explain_refused_key(const Error& refused, const ServerAccess& access) {
  std::string source = access.key_file.empty() ? "GLOVEBOX_API_KEY" : access.key_file;
  bool none = access.key_file.empty() && access.api_key.empty();
  if (none) {
    return Error(
        ErrorKind::kAuthentication,
        fmt::format(
            "{} requires an API key: use --key-file FILE or set "
            "GLOVEBOX_API_KEY; the server's operator creates keys with 'glovebox key create NAME'",
            access.server));
  }
  return Error(ErrorKind::kAuthentication, fmt::format("{} does not accept the key in {}: {}",
                                                       access.server, source, refused.message()));
}

}  // namespace glovebox
