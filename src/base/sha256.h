// Incremental SHA-256, with OpenSSL's EVP.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace glovebox {

// One thread. Reusable: finish() resets it.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(std::span<const std::uint8_t> bytes);
  void update(std::string_view text);
  // Lower-case hex, 64 characters.
  std::string finish();

 private:
  void start();
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

// Whether `text` has the form of a hash: 64 lower-case hex digits.
bool is_sha256(std::string_view text);

}  // namespace glovebox
