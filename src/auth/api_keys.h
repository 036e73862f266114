// ApiKeys: the keys of one file, looked up by the key in a request.
//
// A lookup uses the hash of the key that was sent. Its timing reveals information about hashes
// only, from which no key can be recovered. Therefore no comparison has to run in constant time.
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

  // kValidation if the name or the hash exists already, or if the limit is reached.
  Result<void> add(ApiKey key);

  // Null if not found. Also finds expired keys. The pointer is valid until the next change.
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
