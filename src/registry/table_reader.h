// TableReader reads a TOML table key by key, and reports problems with line and field. After a
// problem it returns a harmless default: the caller continues, so that one pass reports all
// problems of a file.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/toml_library.h"
#include "registry/manifest.h"

namespace glovebox {

// The problems of one file, bounded by kMaxProblemsPerFile.
class ProblemList {
 public:
  ProblemList(const std::filesystem::path& file, std::vector<ManifestProblem>& problems)
      : file_(file), problems_(problems) {}

  void add(int line, std::string field, std::string message);
  bool empty() const { return count_ == 0; }
  bool full() const { return count_ >= kMaxProblemsPerFile; }

 private:
  const std::filesystem::path& file_;
  std::vector<ManifestProblem>& problems_;
  std::size_t count_ = 0;
};

enum class Presence { kOptional, kNotEmpty, kRequired };  // required: present and not empty

struct TextRule {
  enum class Form {
    kLine,       // no control characters
    kParagraph,  // also allows line breaks
    kArgument    // anything but NUL
  };
  std::size_t max_bytes = 100;
  Presence presence = Presence::kOptional;
  Form form = Form::kLine;
};

struct ListRule {
  std::size_t max_elements = 64;
  Presence presence = Presence::kOptional;
  TextRule element{.max_bytes = 256};
};

class TableReader {
 public:
  // `prefix` is put before the names of keys in problems, such as "limits.". All must outlive it.
  TableReader(const toml::table& table, std::string prefix, ProblemList& problems)
      : table_(table), prefix_(std::move(prefix)), problems_(problems) {}

  bool has(std::string_view key) const { return table_.contains(key); }
  std::string text(std::string_view key, const TextRule& rule);
  std::vector<std::string> texts(std::string_view key, const ListRule& rule);
  std::optional<bool> boolean(std::string_view key);
  // Integers count as numbers; bounds are inclusive.
  std::optional<double> number(std::string_view key, double minimum, double maximum);
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t minimum,
                                      std::int64_t maximum);
  // Each value is within the bounds, which are inclusive; more than `max_elements` is a problem.
  std::vector<std::int64_t> integers(std::string_view key, std::size_t max_elements,
                                     std::int64_t minimum, std::int64_t maximum);
  // A value of any type; null if there is none.
  const toml::node* value(std::string_view key);
  const toml::table* table(std::string_view key);
  // The tables of [[key]]; more than `max_elements` is a problem.
  std::vector<const toml::table*> tables(std::string_view key, std::size_t max_elements);
  // Reports every key that was not read. Call last.
  void refuse_other_keys();

  // Reports a problem with a key, at its line (at the table's line if it is absent).
  void complain(std::string_view key, std::string message);
  void complain_of_element(std::string_view key, std::size_t index, std::string message);

 private:
  const toml::node* find(std::string_view key);
  std::optional<std::string> text_of(const toml::node& node, const std::string& field,
                                     const TextRule& rule);
  void complain_of_type(std::string_view key, std::string_view wanted, const toml::node& node);

  const toml::table& table_;
  std::string prefix_;
  ProblemList& problems_;
  std::set<std::string, std::less<>> asked_;
};

// "a string", "an integer", … for messages.
std::string_view toml_type_name(const toml::node& node);

}  // namespace glovebox
