#include "images/image_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/near_miss.h"
#include "base/sha256.h"

namespace glovebox {
namespace {

namespace json = boost::json;

constexpr std::string_view kAlgorithm = "sha256:";

bool is_name_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

Error damaged_record() {
  return internal_error("the record of an image is damaged; pull the image again");
}

Result<json::object> parse_record(std::string_view text) {
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  if (error || !value.is_object()) return damaged_record();
  return std::move(value.as_object());
}

std::string text_in(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

std::int64_t number_in(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

}  // namespace

bool is_image_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxImageName && is_name_letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_name_letter(c) || c == '.' || c == '_' || c == '-'; });
}

Result<void> check_image_name(std::string_view name) {
  if (is_image_name(name)) return ok();
  return validation_error(
      fmt::format("{} is not the name of an image; use 1 to {} lower-case letters, digits, '.', "
                  "'_' and '-', starting with a letter or digit",
                  in_quotes(name), kMaxImageName));
}

bool is_image_digest(std::string_view text) {
  return text.starts_with(kAlgorithm) && is_sha256(text.substr(kAlgorithm.size()));
}

std::string folder_of_digest(std::string_view digest) {
  return std::string(digest.substr(kAlgorithm.size()));
}

std::string encode_image_info(const ImageInfo& info) {
  json::array environment(info.environment.begin(), info.environment.end());
  return json::serialize(json::object{{"digest", info.digest},
                                      {"architecture", info.architecture},
                                      {"environment", std::move(environment)},
                                      {"sizeBytes", info.size_bytes},
                                      {"entries", info.entries},
                                      {"layers", info.layers},
                                      {"unpackedAt", info.unpacked_at.time_since_epoch().count()}});
}

Result<ImageInfo> decode_image_info(std::string_view text) {
  GB_TRY(json::object object, parse_record(text));
  ImageInfo info;
  info.digest = text_in(object, "digest");
  info.architecture = text_in(object, "architecture");
  info.size_bytes = number_in(object, "sizeBytes");
  info.entries = number_in(object, "entries");
  info.layers = number_in(object, "layers");
  info.unpacked_at = WallTime(WallTime::duration(number_in(object, "unpackedAt")));
  const json::value* environment = object.if_contains("environment");
  if (environment == nullptr || !environment->is_array()) return damaged_record();
  for (const json::value& variable : environment->get_array()) {
    if (!variable.is_string()) return damaged_record();
    info.environment.emplace_back(variable.get_string());
  }
  if (!is_image_digest(info.digest)) return damaged_record();
  return info;
}

std::string encode_image_ref(const ImageRef& ref) {
  return json::serialize(json::object{{"ref", ref.ref}, {"digest", ref.digest}});
}

Result<ImageRef> decode_image_ref(std::string_view text) {
  GB_TRY(json::object object, parse_record(text));
  ImageRef ref{text_in(object, "ref"), text_in(object, "digest")};
  if (!is_image_digest(ref.digest)) return damaged_record();
  return ref;
}

Result<std::vector<std::string>> usable_environment(const std::vector<std::string>& variables) {
  std::vector<std::string> usable;
  std::size_t bytes = 0;
  for (const std::string& variable : variables) {
    std::size_t equals = variable.find('=');
    bool named = equals != std::string::npos && equals > 0;
    if (!named || variable.find('\0') != std::string::npos) continue;
    bytes += variable.size() + 1;
    usable.push_back(variable);
  }
  if (bytes <= kMaxImageEnvironment) return usable;
  return Error(ErrorKind::kUnprocessable,
               fmt::format("the image sets {} bytes of environment variables; the limit is {}",
                           bytes, kMaxImageEnvironment))
      .with("limit", "environment")
      .with("configured", kMaxImageEnvironment)
      .with("observed", bytes);
}

}  // namespace glovebox
