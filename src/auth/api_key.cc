#include "auth/api_key.h"

#include <algorithm>

#include "base/random.h"
#include "base/sha256.h"

namespace glovebox {
namespace {

constexpr std::string_view kPrefix = "gbx_";
constexpr std::string_view kSharePrefix = "gbs_";
// What both start with.
constexpr std::string_view kSecretStart = "gb";
constexpr std::size_t kRandomCharacters = 22;
constexpr std::size_t kLongestName = 64;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// A key, or the token of a link (model/share.h).
bool is_secret_text(std::string_view text) {
  return text.size() == kPrefix.size() + kRandomCharacters &&
         (text.starts_with(kPrefix) || text.starts_with(kSharePrefix)) &&
         std::all_of(text.begin() + kPrefix.size(), text.end(), is_alphanumeric);
}

}  // namespace

std::string new_api_key() {
  return random_id(kPrefix);
}

bool is_api_key(std::string_view text) {
  return text.size() == kPrefix.size() + kRandomCharacters && text.starts_with(kPrefix) &&
         std::all_of(text.begin() + kPrefix.size(), text.end(), is_alphanumeric);
}

std::string hash_of_key(std::string_view key) {
  Sha256 hash;
  hash.update(key);
  return hash.finish();
}

std::string with_keys_hidden(std::string_view text) {
  std::string hidden;
  for (std::size_t at; (at = text.find(kSecretStart)) != std::string_view::npos;) {
    bool is_secret = is_secret_text(text.substr(at, kPrefix.size() + kRandomCharacters));
    std::size_t shown = at + (is_secret ? kPrefix.size() : kSecretStart.size());
    hidden.append(text.substr(0, shown)).append(is_secret ? "***" : "");
    text.remove_prefix(shown + (is_secret ? kRandomCharacters : 0));
  }
  return hidden.append(text);
}

bool is_key_name(std::string_view text) {
  return !text.empty() && text.size() <= kLongestName && is_alphanumeric(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_alphanumeric(c) || c == '.' || c == '_' || c == '@' || c == '-';
         });
}

}  // namespace glovebox
