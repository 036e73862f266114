// Tokens as a provider would sign them, for tests, with keys that are made at run time.
#pragma once

#include <cjose/cjose.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

namespace glovebox {

class SigningKey {
 public:
  enum class Kind { kRsa, kP256, kSecret };
  SigningKey(Kind kind, std::string id) : id_(std::move(id)), kind_(kind) {
    cjose_err error;
    if (kind == Kind::kRsa) {
      const std::uint8_t exponent[] = {1, 0, 1};
      key_ = ::cjose_jwk_create_RSA_random(2048, exponent, sizeof exponent, &error);
    } else if (kind == Kind::kP256) {
      key_ = ::cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &error);
    } else {
      key_ = ::cjose_jwk_create_oct_random(256, &error);
    }
    if (key_ == nullptr) throw std::runtime_error("no key");
    ::cjose_jwk_set_kid(key_, id_.data(), id_.size(), &error);
  }
  ~SigningKey() { ::cjose_jwk_release(key_); }
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;

  // As in a JWKS.
  boost::json::object public_json() const {
    cjose_err error;
    char* text = ::cjose_jwk_to_json(key_, false, &error);
    boost::json::object object = boost::json::parse(text).as_object();
    std::free(text);
    return object;
  }
  std::string set() const {
    boost::json::object set;
    set["keys"] = boost::json::array{public_json()};
    return boost::json::serialize(set);
  }
  std::string sign(const boost::json::object& claims, const char* algorithm = nullptr) const {
    cjose_err error;
    cjose_header_t* header = ::cjose_header_new(&error);
    const char* usual = kind_ == Kind::kRsa ? "RS256" : kind_ == Kind::kP256 ? "ES256" : "HS256";
    ::cjose_header_set(header, "alg", algorithm == nullptr ? usual : algorithm, &error);
    if (!id_.empty()) ::cjose_header_set(header, "kid", id_.c_str(), &error);
    std::string text = boost::json::serialize(claims);
    cjose_jws_t* jws = ::cjose_jws_sign(
        key_, header, reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), &error);
    if (jws == nullptr) throw std::runtime_error(error.message);
    const char* compact = nullptr;
    ::cjose_jws_export(jws, &compact, &error);
    std::string token = compact;
    ::cjose_jws_release(jws);
    ::cjose_header_release(header);
    return token;
  }

 private:
  std::string id_;
  Kind kind_;
  cjose_jwk_t* key_ = nullptr;
};

}  // namespace glovebox
