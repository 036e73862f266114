// SarifStream: splits SARIF into its items as it arrives. An item is held until it is complete and
// then passed on, so a log of a gigabyte needs no more memory than its largest result.
#pragma once

#include <boost/json/basic_parser.hpp>
#include <boost/json/value_stack.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace glovebox {

enum class SarifItem { kRule, kArtifact, kBase, kResult, kToolEnd, kRunEnd };

inline constexpr std::size_t kMaxSarifItemBytes = 1 << 20;  // larger ones are left out

class SarifStream {
 public:
  // `name` is the key of a base, otherwise empty; the value is null for the two ends.
  using Sink = std::function<void(SarifItem, std::string_view name, const boost::json::value&)>;

  explicit SarifStream(Sink sink);
  ~SarifStream();

  // Data before the first '{' and after the document's end is ignored.
  void write(std::string_view bytes);
  // Whether the end of a document was reached.
  bool is_complete() const;
  bool has_begun() const { return begun_; }
  // The parser's error; empty: there was none. Items that were complete before the error have been
  // passed on.
  const std::string& error() const { return error_; }
  std::size_t left_out() const;  // items over kMaxSarifItemBytes

 private:
  class Handler;
  struct Parser;

  std::unique_ptr<Parser> parser_;
  bool begun_ = false;
  std::string error_;
};

}  // namespace glovebox
