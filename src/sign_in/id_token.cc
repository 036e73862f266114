#include "sign_in/id_token.h"

#include <cjose/cjose.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdlib>

namespace glovebox {
namespace {

namespace json = boost::json;

Error bad_token(std::string_view why) {
  return Error(ErrorKind::kAuthentication,
               fmt::format("The sign-in failed: the provider's ID token {}.", why))
      .with("reason", "bad-id-token");
}

std::string text_of(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// The kind of signature that a key may check; empty: none.
std::string algorithm_of(const json::object& key) {
  std::string use = text_of(key, "use");
  if (!use.empty() && use != "sig") return {};
  std::string kind = text_of(key, "kty");
  std::string algorithm;
  if (kind == "RSA") algorithm = "RS256";
  if (kind == "EC" && text_of(key, "crv") == "P-256") algorithm = "ES256";
  std::string told = text_of(key, "alg");
  return told.empty() || told == algorithm ? algorithm : std::string();
}

struct ReleaseJws {
  void operator()(cjose_jws_t* jws) const { ::cjose_jws_release(jws); }
};

std::string header_text(cjose_header_t* header, const char* name) {
  cjose_err error;
  const char* text = ::cjose_header_get(header, name, &error);
  return text == nullptr ? std::string() : std::string(text);
}

// A date of a claim, in seconds since 1970; a fraction is allowed.
bool read_time(const json::object& claims, const char* name, double& seconds) {
  const json::value* value = claims.if_contains(name);
  if (value == nullptr || !value->is_number()) return false;
  seconds = value->to_number<double>();
  return true;
}

bool has_audience(const json::value* audience, const std::string& client) {
  if (audience == nullptr) return false;
  if (audience->is_string()) return audience->get_string() == client;
  if (!audience->is_array()) return false;
  const json::array& all = audience->get_array();
  return std::any_of(all.begin(), all.end(), [&](const json::value& each) {
    return each.is_string() && each.get_string() == client;
  });
}

bool is_subject(std::string_view text) {
  auto printable = [](char c) { return c > 0x20 && c < 0x7f; };
  return !text.empty() && text.size() <= 255 && std::all_of(text.begin(), text.end(), printable);
}

}  // namespace

void ProviderKeys::Release::operator()(_cjose_jwk_int* key) const {
  ::cjose_jwk_release(key);
}

Result<ProviderKeys> ProviderKeys::parse(std::string_view jwks) {
  boost::system::error_code failure;
  json::value value = json::parse(json::string_view(jwks.data(), jwks.size()), failure);
  const json::object* set = failure ? nullptr : value.if_object();
  const json::value* list = set == nullptr ? nullptr : set->if_contains("keys");
  if (list == nullptr || !list->is_array()) return validation_error("not a set of JSON web keys");
  if (list->get_array().size() > kMostKeys) {
    return validation_error(fmt::format("more than {} keys", kMostKeys));
  }
  ProviderKeys keys;
  for (const json::value& each : list->get_array()) {
    if (!each.is_object()) continue;
    std::string algorithm = algorithm_of(each.get_object());
    if (algorithm.empty()) continue;
    std::string text = json::serialize(each);
    cjose_err error;
    std::shared_ptr<_cjose_jwk_int> key(::cjose_jwk_import(text.data(), text.size(), &error),
                                        Release());
    if (!key) continue;
    keys.keys_.push_back({text_of(each.get_object(), "kid"), std::move(algorithm), std::move(key)});
  }
  return keys;
}

Result<const ProviderKeys::Key*> ProviderKeys::key_for(std::string_view algorithm,
                                                       std::string_view id) const {
  const Key* found = nullptr;
  for (const Key& key : keys_) {
    if (key.algorithm != algorithm || (!id.empty() && key.id != id)) continue;
    if (found != nullptr) return bad_token("names no key, and the provider has several");
    found = &key;
  }
  if (found == nullptr) return not_found("The provider has no key with the id of the ID token.");
  return found;
}

Result<json::object> ProviderKeys::verify(std::string_view token) const {
  if (token.size() > kMaxIdTokenBytes) return bad_token("is too long");
  cjose_err error;
  std::unique_ptr<cjose_jws_t, ReleaseJws> jws(
      ::cjose_jws_import(token.data(), token.size(), &error));
  if (!jws) return bad_token("is malformed");
  cjose_header_t* header = ::cjose_jws_get_protected(jws.get());
  std::string algorithm = header_text(header, "alg");
  if (algorithm != "RS256" && algorithm != "ES256") {
    return bad_token("is signed by another algorithm than RS256 and ES256");
  }
  GB_TRY(const Key* key, key_for(algorithm, header_text(header, "kid")));
  if (!::cjose_jws_verify(jws.get(), key->key.get(), &error)) {
    return bad_token("has a wrong signature");
  }
  std::uint8_t* bytes = nullptr;
  std::size_t size = 0;
  if (!::cjose_jws_get_plaintext(jws.get(), &bytes, &size, &error)) {
    return bad_token("has no claims");
  }
  boost::system::error_code failure;
  json::value claims =
      json::parse(json::string_view(reinterpret_cast<const char*>(bytes), size), failure);
  if (failure || !claims.is_object()) return bad_token("has claims that are no JSON object");
  return std::move(claims.get_object());
}

Result<Person> check_claims(const json::object& claims, const IdTokenRules& rules) {
  if (text_of(claims, "iss") != rules.issuer) return bad_token("is from another issuer");
  const json::value* audience = claims.if_contains("aud");
  if (!has_audience(audience, rules.client_id)) return bad_token("is for another client");
  std::string party = text_of(claims, "azp");
  bool several = audience->is_array() && audience->get_array().size() > 1;
  if ((several || claims.contains("azp")) && party != rules.client_id) {
    return bad_token("was made for another client");
  }
  double now = std::chrono::duration<double>(rules.now.time_since_epoch()).count();
  auto skew = static_cast<double>(kClockSkew.count());
  double time = 0;
  if (!read_time(claims, "exp", time) || now >= time + skew) return bad_token("has expired");
  if (!read_time(claims, "iat", time) || time > now + skew) return bad_token("is from the future");
  if (read_time(claims, "nbf", time) && time > now + skew) return bad_token("is not valid yet");
  if (rules.nonce.empty() || text_of(claims, "nonce") != rules.nonce) {
    return bad_token("belongs to another sign-in");
  }
  Person person;
  person.subject = text_of(claims, "sub");
  if (!is_subject(person.subject)) return bad_token("has no usable subject");
  for (const char* name : {"preferred_username", "email", "name"}) {
    if (person.name.empty()) person.name = text_of(claims, name).substr(0, 128);
  }
  if (person.name.empty()) person.name = person.subject;
  return person;
}

}  // namespace glovebox
