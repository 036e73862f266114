#include "findings/sarif/sarif_stream.h"

#include <fmt/format.h>

#include <boost/json/basic_parser_impl.hpp>
#include <limits>
#include <optional>
#include <system_error>

namespace glovebox {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxKeyBytes = 256;  // of keys outside items
// Approximate memory of a value in addition to its text.
constexpr std::size_t kValueBytes = 32;

// In paths an array's element is "[]". A key may have this name too: then its items are processed,
// which is harmless.
std::optional<SarifItem> item_at(std::string_view path) {
  if (path == ".runs[].results[]") return SarifItem::kResult;
  if (path == ".runs[].tool.driver.rules[]") return SarifItem::kRule;
  if (path == ".runs[].artifacts[]") return SarifItem::kArtifact;
  if (path.starts_with(".runs[].originalUriBaseIds.") &&
      path.find('.', sizeof(".runs[].originalUriBaseIds.")) == std::string_view::npos) {
    return SarifItem::kBase;
  }
  return std::nullopt;
}

}  // namespace

// Called by the parser. Outside items it only follows the path; inside an item it builds a value.
class SarifStream::Handler {
 public:
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = max_object_size;
  static constexpr std::size_t max_string_size = max_object_size;
  using error_code = json::error_code;
  using Text = json::string_view;

  explicit Handler(Sink sink) : sink_(std::move(sink)) {}

  std::size_t left_out() const { return left_out_; }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return begin_container(false); }
  bool on_array_begin(error_code&) { return begin_container(true); }
  bool on_object_end(std::size_t size, error_code&) {
    if (builds()) stack_.push_object(size);
    return end_container();
  }
  bool on_array_end(std::size_t size, error_code&) {
    if (builds()) stack_.push_array(size);
    return end_container();
  }
  bool on_key_part(Text part, std::size_t, error_code&) { return add_key(part); }
  bool on_key(Text part, std::size_t, error_code&) {
    if (item_) {
      if (charge(part.size() + kValueBytes)) stack_.push_key(part);
      return true;
    }
    add_key(part);
    path_.resize(levels_.back().path_size);
    path_ += '.';
    path_ += key_;
    key_.clear();
    return true;
  }
  bool on_string_part(Text part, std::size_t, error_code&) {
    begin_value();
    if (item_ && charge(part.size())) stack_.push_chars(part);
    in_string_ = true;
    return true;
  }
  bool on_string(Text part, std::size_t, error_code&) {
    if (!in_string_) begin_value();
    in_string_ = false;
    if (item_ && charge(part.size() + kValueBytes)) stack_.push_string(part);
    return end_value();
  }
  bool on_number_part(Text, error_code&) { return true; }
  bool on_int64(std::int64_t number, Text, error_code&) {
    return scalar([&] { stack_.push_int64(number); });
  }
  bool on_uint64(std::uint64_t number, Text, error_code&) {
    return scalar([&] { stack_.push_uint64(number); });
  }
  bool on_double(double number, Text, error_code&) {
    return scalar([&] { stack_.push_double(number); });
  }
  bool on_bool(bool value, error_code&) {
    return scalar([&] { stack_.push_bool(value); });
  }
  bool on_null(error_code&) {
    return scalar([&] { stack_.push_null(); });
  }
  bool on_comment_part(Text, error_code&) { return true; }
  bool on_comment(Text, error_code&) { return true; }

 private:
  struct Level {
    bool array = false;
    std::size_t path_size = 0;  // up to and including this container
  };

  bool builds() const { return item_ && !over_; }

  // Whether the item may still grow.
  bool charge(std::size_t bytes) {
    bytes_ += bytes;
    if (!over_ && bytes_ > kMaxSarifItemBytes) {
      over_ = true;
      ++left_out_;
      stack_.reset();
    }
    return !over_;
  }

  bool add_key(Text part) {
    if (item_) {
      if (charge(part.size())) stack_.push_chars(part);
    } else {
      key_.append(part.data(), std::min(part.size(), kMaxKeyBytes - key_.size()));
    }
    return true;
  }

  void begin_value() {
    if (item_ || in_string_) return;
    if (!levels_.empty() && levels_.back().array) {
      path_.resize(levels_.back().path_size);
      path_ += "[]";
    }
    item_ = item_at(path_);
    if (!item_) return;
    item_level_ = levels_.size();
    over_ = false;
    bytes_ = 0;
    stack_.reset();
  }

  bool end_value() {
    if (!item_ || levels_.size() != item_level_) return true;
    SarifItem item = *item_;
    item_.reset();
    if (over_) return true;
    json::value value = stack_.release();
    sink_(item, std::string_view(path_).substr(path_.rfind('.') + 1), value);
    return true;
  }

  template <class Push>
  bool scalar(Push push) {
    begin_value();
    if (item_ && charge(kValueBytes)) push();
    return end_value();
  }

  bool begin_container(bool array) {
    begin_value();
    if (item_) charge(kValueBytes);
    levels_.push_back({array, path_.size()});
    return true;
  }

  bool end_container() {
    std::size_t size = levels_.back().path_size;
    levels_.pop_back();
    if (item_) return end_value();
    path_.resize(size);
    if (path_ == ".runs[]") sink_(SarifItem::kRunEnd, "", nullptr);
    if (path_ == ".runs[].tool") sink_(SarifItem::kToolEnd, "", nullptr);
    return true;
  }

  Sink sink_;
  std::vector<Level> levels_;
  std::string path_;
  std::string key_;  // of which parts have arrived
  bool in_string_ = false;

  json::value_stack stack_;
  std::optional<SarifItem> item_;  // that is being built
  std::size_t item_level_ = 0;     // how many containers contain it
  bool over_ = false;
  std::size_t bytes_ = 0;
  std::size_t left_out_ = 0;
};

struct SarifStream::Parser {
  explicit Parser(Sink sink) : json(options(), std::move(sink)) {}

  static boost::json::parse_options options() {
    boost::json::parse_options options;
    options.max_depth = kMaxDepth;
    options.allow_invalid_utf8 = true;  // texts are cleaned later
    return options;
  }

  boost::json::basic_parser<Handler> json;
};

SarifStream::SarifStream(Sink sink) : parser_(std::make_unique<Parser>(std::move(sink))) {}
SarifStream::~SarifStream() = default;

void SarifStream::write(std::string_view bytes) {
  if (!error_.empty() || parser_->json.done()) return;
  if (!begun_) {
    std::size_t begin = bytes.find('{');
    if (begin == std::string_view::npos) return;
    bytes.remove_prefix(begin);
    begun_ = true;
  }
  json::error_code error;
  parser_->json.write_some(true, bytes.data(), bytes.size(), error);
  if (error) error_ = error.message();
}

bool SarifStream::is_complete() const {
  return parser_->json.done();
}

std::size_t SarifStream::left_out() const {
  return parser_->json.handler().left_out();
}

}  // namespace glovebox
