#include "auth/key_file_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/near_miss.h"
#include "base/sha256.h"
#include "base/toml_library.h"

namespace glovebox {
namespace {

constexpr std::int64_t kLargestLimit = 1'000'000;
constexpr std::string_view kHeader =
    "# The hashes of a Glovebox server's API keys. The keys cannot be recovered from them.\n"
    "# 'glovebox key create', 'list' and 'remove' maintain this file; a server reads it every few\n"
    "# seconds.\n";

Error at_line(const std::string& name, const toml::source_region& source, std::string message) {
  return validation_error(fmt::format("{}:{}: {}", name, source.begin.line, message));
}

Result<std::string> text_of(const toml::node& node) {
  if (auto text = node.value_exact<std::string>()) return *text;
  return validation_error("must be a string");
}

Result<std::int64_t> limit_of(const toml::node& node) {
  auto number = node.value_exact<std::int64_t>();
  if (number && *number >= 0 && *number <= kLargestLimit) return *number;
  return validation_error(
      fmt::format("must be a whole number from 0 (no limit) to {}", kLargestLimit));
}

Result<WallTime> time_of(const toml::node& node) {
  auto value = node.value_exact<toml::date_time>();
  if (!value || !value->offset) {
    return validation_error("must be a time with its zone, such as 2027-01-31T09:30:00Z");
  }
  using namespace std::chrono;
  year_month_day date(year(value->date.year), month(value->date.month), day(value->date.day));
  nanoseconds of_day = hours(value->time.hour) + minutes(value->time.minute) +
                       seconds(value->time.second) + nanoseconds(value->time.nanosecond);
  return sys_days(date) + floor<milliseconds>(of_day) - minutes(value->offset->minutes);
}

Result<void> read_field(const std::string& field, const toml::node& node, ApiKey& key) {
  static const std::vector<std::string> kFields{
      "name", "sha256", "created_at", "expires_at", "hourly_per_client", "concurrent_per_client"};
  if (field == "name") {
    GB_TRY(key.name, text_of(node));
    if (is_key_name(key.name)) return ok();
    return validation_error(
        "must have 1 to 64 letters, digits and . _ @ -, starting with a letter or digit");
  }
  if (field == "sha256") {
    GB_TRY(key.sha256, text_of(node));
    if (is_sha256(key.sha256)) return ok();
    return validation_error("must be 64 lower-case hex digits");
  }
  if (field == "created_at") {
    GB_TRY(key.created_at, time_of(node));
  } else if (field == "expires_at") {
    GB_TRY(key.expires_at, time_of(node));
  } else if (field == "hourly_per_client") {
    GB_TRY(key.hourly_per_client, limit_of(node));
  } else if (field == "concurrent_per_client") {
    GB_TRY(key.concurrent_per_client, limit_of(node));
  } else {
    return validation_error(fmt::format("is not a field of a key{}", did_you_mean(field, kFields)));
  }
  return ok();
}

Result<ApiKey> read_key(const toml::table& table, const std::string& name) {
  ApiKey key;
  for (const auto& [field, node] : table) {
    std::string text(field.str());
    Result<void> read = read_field(text, node, key);
    if (read.has_error()) {
      return at_line(name, field.source(), in_quotes(text) + ": " + read.error().message());
    }
  }
  for (auto [field, value] : {std::pair("name", &key.name), std::pair("sha256", &key.sha256)}) {
    if (value->empty()) {
      return at_line(name, table.source(), fmt::format("this [[key]] has no {}", field));
    }
  }
  return key;
}

// The tables of "key"; empty if there are none.
Result<std::vector<const toml::table*>> key_tables(const toml::table& root,
                                                   const std::string& name) {
  std::vector<const toml::table*> tables;
  for (const auto& [field, node] : root) {
    if (field.str() != "key") {
      return at_line(name, field.source(),
                     fmt::format("{} is unknown; a keys file may only contain [[key]] "
                                 "tables",
                                 in_quotes(std::string(field.str()))));
    }
    const toml::array* array = node.as_array();
    if (array == nullptr) return at_line(name, field.source(), "write [[key]], not [key]");
    for (const toml::node& element : *array) {
      const toml::table* table = element.as_table();
      if (table == nullptr) return at_line(name, element.source(), "must be a [[key]] table");
      tables.push_back(table);
    }
  }
  return tables;
}

Result<toml::table> parse_toml(std::string_view text, const std::string& name) {
  toml::parse_result parsed = toml::parse(text);
  if (parsed) return std::move(parsed).table();
  return at_line(name, parsed.error().source(), std::string(parsed.error().description()));
}

std::string table_text(const ApiKey& key) {
  std::string text = fmt::format("[[key]]\nname = \"{}\"\nsha256 = \"{}\"\n", key.name, key.sha256);
  if (key.created_at) text += fmt::format("created_at = {}\n", format_rfc3339(*key.created_at));
  if (key.expires_at) text += fmt::format("expires_at = {}\n", format_rfc3339(*key.expires_at));
  if (key.hourly_per_client) {
    text += fmt::format("hourly_per_client = {}\n", *key.hourly_per_client);
  }
  if (key.concurrent_per_client) {
    text += fmt::format("concurrent_per_client = {}\n", *key.concurrent_per_client);
  }
  return text;
}

// The lines of a table, counted from 1, inclusive.
struct Lines {
  std::size_t first = 0;
  std::size_t last = 0;
};

Lines lines_of(const toml::table& table) {
  Lines lines{table.source().begin.line, table.source().begin.line};
  for (const auto& [field, node] : table) {
    lines.last = std::max<std::size_t>(lines.last, node.source().end.line);
  }
  return lines;
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::string without_lines(std::string_view text, Lines cut) {
  std::vector<std::string_view> lines = split_lines(text);
  // Also removes an empty line, so that empty lines do not accumulate.
  if (cut.last < lines.size() && is_blank(lines[cut.last])) {
    ++cut.last;
  } else if (cut.last >= lines.size() && cut.first >= 2 && is_blank(lines[cut.first - 2])) {
    --cut.first;
  }
  std::string kept;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i + 1 < cut.first || i + 1 > cut.last) kept += lines[i];
  }
  return kept;
}

// Whether both have the same keys except that one.
bool lacks_only(const ApiKeys& now, const ApiKeys& before, const std::string& name) {
  if (now.all().size() + 1 != before.all().size()) return false;
  return std::all_of(before.all().begin(), before.all().end(), [&](const ApiKey& key) {
    return (now.find_hash(key.sha256) != nullptr) == (key.name != name);
  });
}

}  // namespace

Result<ApiKeys> parse_key_file(std::string_view text, const std::string& name) {
  GB_TRY(toml::table root, parse_toml(text, name));
  GB_TRY(std::vector<const toml::table*> tables, key_tables(root, name));
  ApiKeys keys;
  for (const toml::table* table : tables) {
    GB_TRY(ApiKey key, read_key(*table, name));
    Result<void> added = keys.add(std::move(key));
    if (added.has_error()) return at_line(name, table->source(), added.error().message());
  }
  return keys;
}

Result<std::string> with_key(const std::string& text, const std::string& file_name,
                             const ApiKey& key) {
  GB_TRY(ApiKeys keys, parse_key_file(text, file_name));
  if (keys.find_client(key.client()) != nullptr) {
    return Error(ErrorKind::kConflict,
                 fmt::format("{} already has a key named \"{}\"; remove it first, or choose "
                             "another name",
                             file_name, key.name));
  }
  std::string longer = text.empty() ? std::string(kHeader) : text;
  if (!longer.ends_with('\n')) longer += '\n';
  longer += '\n' + table_text(key);
  // "key = []" is equivalent to [[key]], but a table cannot be appended to it.
  GB_TRY([[maybe_unused]] ApiKeys now, parse_key_file(longer, file_name));
  return longer;
}

Result<std::string> without_key(const std::string& text, const std::string& file_name,
                                const std::string& key_name) {
  GB_TRY(ApiKeys before, parse_key_file(text, file_name));
  GB_TRY(toml::table root, parse_toml(text, file_name));
  GB_TRY(std::vector<const toml::table*> tables, key_tables(root, file_name));
  for (const toml::table* table : tables) {
    if (table->get("name")->value_or(std::string()) != key_name) continue;
    std::string shorter = without_lines(text, lines_of(*table));
    Result<ApiKeys> now = parse_key_file(shorter, file_name);
    if (now && lacks_only(now.value(), before, key_name)) return shorter;
    return Error(ErrorKind::kConflict,
                 fmt::format("{}:{}: this key shares a line with other text; remove it by "
                             "hand",
                             file_name, table->source().begin.line));
  }
  std::vector<std::string> names;
  for (const ApiKey& key : before.all()) names.push_back(key.name);
  return not_found(fmt::format("{} has no key named {}{}", file_name, in_quotes(key_name),
                               did_you_mean(key_name, names)));
}

}  // namespace glovebox
