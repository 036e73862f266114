#include "base/strict_json.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <cmath>
#include <set>
#include <string>
#include <vector>

namespace glovebox {
namespace {

namespace json = boost::json;

// Sees every key and number of a text before it becomes a value. Boost.JSON itself lets the last of
// two equal keys win and reads 1e400 as infinity.
class StrictJsonHandler {
 public:
  static constexpr std::size_t max_object_size = kJsonKeys;
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = 4096;
  static constexpr std::size_t max_string_size = std::size_t(-1);

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t, json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) {
    keys_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, json::error_code&) {
    keys_.pop_back();
    return true;
  }
  bool on_string_part(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_string(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    key_.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code& error) {
    key_.append(part.data(), part.size());
    if (!keys_.back().insert(key_).second) {
      return refuse("the key \"" + key_ + "\" appears twice in one object", error);
    }
    key_.clear();
    return true;
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, json::error_code&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return true; }
  bool on_double(double number, json::string_view, json::error_code& error) {
    if (std::isfinite(number)) return true;
    return refuse("a number is too large", error);
  }
  bool on_bool(bool, json::error_code&) { return true; }
  bool on_null(json::error_code&) { return true; }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  const std::string& why() const { return why_; }

 private:
  bool refuse(std::string why, json::error_code& error) {
    why_ = std::move(why);
    error = json::error::syntax;
    return false;
  }

  std::vector<std::set<std::string>> keys_;  // of the objects that are open
  std::string key_;
  std::string why_;
};

Result<void> check_json_text(std::string_view text) {
  json::parse_options options;
  options.max_depth = kJsonDepth;
  json::basic_parser<StrictJsonHandler> parser(options);
  json::error_code error;
  std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (!error && used < text.size()) error = json::error::extra_data;
  if (!error) return ok();
  std::string why = parser.handler().why();
  if (why.empty()) why = error.message();
  return validation_error("The JSON body is refused: " + why + ".")
      .with("position", static_cast<std::int64_t>(used));
}

}  // namespace

Result<json::value> parse_strict_json(std::string_view text) {
  GB_TRY_VOID(check_json_text(text));
  json::error_code error;
  json::value value = json::parse(text, error);
  if (error) return validation_error("The body is not valid JSON: " + error.message() + ".");
  return value;
}

}  // namespace glovebox
