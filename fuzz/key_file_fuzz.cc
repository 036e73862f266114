// A keys file, possibly edited by hand. If it parses, adding and removing a key works and changes
// no other key.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "auth/key_file_text.h"

namespace glovebox {
namespace {

bool holds_all(const ApiKeys& keys, const ApiKeys& of, const std::string& but_name) {
  for (const ApiKey& key : of.all()) {
    const ApiKey* found = keys.find_hash(key.sha256);
    if ((found != nullptr) != (key.name != but_name)) return false;
    if (found != nullptr && found->name != key.name) return false;
  }
  return true;
}

void edit(const std::string& text, const ApiKeys& keys) {
  ApiKey one_more;
  one_more.name = "one-more";
  one_more.sha256 = hash_of_key("one more");
  if (auto longer = with_key(text, "keys", one_more)) {
    if (!longer->starts_with(text) && !text.empty()) std::abort();
    auto now = parse_key_file(*longer, "keys");
    if (!now || now->find_hash(one_more.sha256) == nullptr) std::abort();
    if (!holds_all(*now, keys, "")) std::abort();
    auto back = without_key(*longer, "keys", one_more.name);
    if (!back || back->size() + 200 < text.size()) std::abort();
  }
  for (const ApiKey& key : keys.all()) {
    auto shorter = without_key(text, "keys", key.name);
    if (!shorter) continue;
    auto now = parse_key_file(*shorter, "keys");
    if (!now || !holds_all(*now, keys, key.name)) std::abort();
  }
}

}  // namespace
}  // namespace glovebox

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  auto keys = glovebox::parse_key_file(text, "keys");
  if (keys && keys->all().size() < 50) glovebox::edit(text, *keys);
  return 0;
}
