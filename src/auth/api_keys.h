// ApiKeys: the keys of one file, found by what a request brings.
//
// A lookup is by the hash of what was sent, so the time it takes tells about hashes, from which no
// way leads to a key; nothing has to be compared in constant time.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "auth/api_key.h"
#include "base/result.h"

namespace glovebox {

class ApiKeys {
 public:
  static constexpr std::size_t kMost = 10'000;

  // kValidation where a name or a hash is there already, or where it would be one too many.
  Result<void> add(ApiKey key);

  // Null where there is none; expired ones are found too. What they point at goes with the next
  // change.
  const ApiKey* find_hash(const std::string& sha256) const;
  const ApiKey* find_client(const ClientId& client) const;

  // In the order of the file.
  std::span<const ApiKey> all() const { return keys_; }

 private:
  const ApiKey* at(const std::unordered_map<std::string, std::size_t>& index,
                   const std::string& text) const;

  std::vector<ApiKey> keys_;
  std::unordered_map<std::string, std::size_t> by_hash_;
  std::unordered_map<std::string, std::size_t> by_client_;
};

}  // namespace glovebox
