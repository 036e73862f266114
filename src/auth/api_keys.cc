#include "auth/api_keys.h"

#include <fmt/format.h>

namespace glovebox {

Result<void> ApiKeys::add(ApiKey key) {
  if (keys_.size() >= kMost) {
    return validation_error(
        fmt::format("more than {} keys, which is the limit; remove some", kMost));
  }
  if (!by_client_.try_emplace(key.client().str(), keys_.size()).second) {
    return validation_error(fmt::format("two keys are named \"{}\"", key.name));
  }
  auto [same, is_new] = by_hash_.try_emplace(key.sha256, keys_.size());
  if (!is_new) {
    by_client_.erase(key.client().str());
    return validation_error(fmt::format("\"{}\" has the same sha256 as \"{}\"; remove one of them",
                                        key.name, keys_[same->second].name));
  }
  keys_.push_back(std::move(key));
  return ok();
}

const ApiKey* ApiKeys::find_hash(const std::string& sha256) const {
  return at(by_hash_, sha256);
}

const ApiKey* ApiKeys::find_client(const ClientId& client) const {
  return at(by_client_, client.str());
}

const ApiKey* ApiKeys::at(const std::unordered_map<std::string, std::size_t>& index,
                          const std::string& text) const {
  auto found = index.find(text);
  return found == index.end() ? nullptr : &keys_[found->second];
}

}  // namespace glovebox
