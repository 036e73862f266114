#include "execution/webhooks/webhook_signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

namespace glovebox {
namespace {

constexpr std::string_view kSecretPrefix = "whsec_";
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kLeastSecretBytes = 24;
constexpr std::size_t kMostSecretBytes = 64;
constexpr std::size_t kMostSecretText = 128;

std::string base64_of(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, 0);
  int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                             reinterpret_cast<const unsigned char*>(bytes.data()),
                             static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

// Empty for anything but padded base64.
std::string from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0 || text.size() > kMostSecretText) return {};
  std::string bytes(text.size() / 4 * 3, 0);
  int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                             reinterpret_cast<const unsigned char*>(text.data()),
                             static_cast<int>(text.size()));
  if (size < 0) return {};
  std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

}  // namespace

std::string new_webhook_secret() {
  std::string bytes(kSecretBytes, 0);
  RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  return std::string(kSecretPrefix) + base64_of(bytes);
}

Result<std::string> webhook_secret_key(std::string_view secret) {
  std::string key;
  if (secret.starts_with(kSecretPrefix)) key = from_base64(secret.substr(kSecretPrefix.size()));
  if (key.size() >= kLeastSecretBytes && key.size() <= kMostSecretBytes) return key;
  return validation_error("a webhook secret is \"whsec_\" and 24 to 64 bytes in base64");
}

std::string sign_webhook(const std::vector<std::string>& secrets, std::string_view id,
                         std::int64_t timestamp, std::string_view body) {
  std::string content(id);
  content += "." + std::to_string(timestamp) + ".";
  content += body;
  std::string value;
  for (const std::string& secret : secrets) {
    std::string key = webhook_secret_key(secret).value();
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest, &size);
    if (!value.empty()) value += ' ';
    value += "v1," + base64_of({reinterpret_cast<const char*>(digest), size});
  }
  return value;
}

}  // namespace glovebox
