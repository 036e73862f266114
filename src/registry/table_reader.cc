#include "registry/table_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/clean_text.h"
#include "base/near_miss.h"

namespace glovebox {
namespace {

int line_of(const toml::node& node) {
  return static_cast<int>(node.source().begin.line);
}

bool is_refused(char c, TextRule::Form form) {
  auto byte = static_cast<unsigned char>(c);
  if (form == TextRule::Form::kArgument) return byte == 0;
  if (form == TextRule::Form::kParagraph && (c == '\n' || c == '\t' || c == '\r')) return false;
  return byte < 0x20 || byte == 0x7F;
}

}  // namespace

std::string_view toml_type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::none:
      return "nothing";
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a number";
    case toml::node_type::boolean:
      return "a boolean";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
      return "a date or time";
  }
  return "something else";
}

void ProblemList::add(int line, std::string field, std::string message) {
  if (count_++ < kMaxProblemsPerFile) {
    problems_.push_back({file_, line, std::move(field), std::move(message)});
  }
}

const toml::node* TableReader::find(std::string_view key) {
  asked_.emplace(key);
  return table_.get(key);
}

const toml::node* TableReader::value(std::string_view key) {
  return find(key);
}

void TableReader::complain(std::string_view key, std::string message) {
  const toml::node* node = table_.get(key);
  problems_.add(line_of(node ? *node : table_), prefix_ + std::string(key), std::move(message));
}

void TableReader::complain_of_element(std::string_view key, std::size_t index,
                                      std::string message) {
  const toml::array* array = table_.get_as<toml::array>(key);
  const toml::node* node = array ? array->get(index) : nullptr;
  problems_.add(line_of(node ? *node : table_), fmt::format("{}{}[{}]", prefix_, key, index),
                std::move(message));
}

void TableReader::complain_of_type(std::string_view key, std::string_view wanted,
                                   const toml::node& node) {
  complain(key, fmt::format("must be {}, not {}", wanted, toml_type_name(node)));
}

std::optional<std::string> TableReader::text_of(const toml::node& node, const std::string& field,
                                                const TextRule& rule) {
  auto complain_here = [&](std::string message) {
    problems_.add(line_of(node), field, std::move(message));
    return std::nullopt;
  };
  const toml::value<std::string>* string = node.as_string();
  if (!string) return complain_here(fmt::format("must be a string, not {}", toml_type_name(node)));
  const std::string& text = string->get();
  if (rule.presence != Presence::kOptional && text.empty()) return complain_here("is empty");
  if (text.size() > rule.max_bytes) {
    return complain_here(fmt::format("has {} bytes; the limit is {}", text.size(), rule.max_bytes));
  }
  if (std::any_of(text.begin(), text.end(), [&](char c) { return is_refused(c, rule.form); })) {
    return complain_here(rule.form == TextRule::Form::kArgument
                             ? "contains a NUL character; an argument cannot"
                             : "contains a control character; remove it");
  }
  return text;
}

std::string TableReader::text(std::string_view key, const TextRule& rule) {
  const toml::node* node = find(key);
  if (!node) {
    if (rule.presence == Presence::kRequired) complain(key, "is missing");
    return "";
  }
  return text_of(*node, prefix_ + std::string(key), rule).value_or("");
}

std::vector<std::string> TableReader::texts(std::string_view key, const ListRule& rule) {
  std::vector<std::string> list;
  const toml::node* node = find(key);
  if (!node) {
    if (rule.presence == Presence::kRequired) complain(key, "is missing");
    return list;
  }
  const toml::array* array = node->as_array();
  if (!array) {
    complain_of_type(key, "an array of strings", *node);
    return list;
  }
  if (rule.presence != Presence::kOptional && array->empty()) complain(key, "is empty");
  if (array->size() > rule.max_elements) {
    complain(key,
             fmt::format("has {} elements; the limit is {}", array->size(), rule.max_elements));
    return list;
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    std::string field = fmt::format("{}{}[{}]", prefix_, key, i);
    list.push_back(text_of(*array->get(i), field, rule.element).value_or(""));
  }
  return list;
}

std::vector<std::int64_t> TableReader::integers(std::string_view key, std::size_t max_elements,
                                                std::int64_t minimum, std::int64_t maximum) {
  std::vector<std::int64_t> list;
  const toml::node* node = find(key);
  if (!node) return list;
  const toml::array* array = node->as_array();
  if (!array) {
    complain_of_type(key, "an array of integers", *node);
    return list;
  }
  if (array->size() > max_elements) {
    complain(key,
             fmt::format("has {} elements; at most {} are allowed", array->size(), max_elements));
    return list;
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    const toml::value<std::int64_t>* value = array->get(i)->as_integer();
    if (value && value->get() >= minimum && value->get() <= maximum) {
      list.push_back(value->get());
      continue;
    }
    problems_.add(line_of(*array->get(i)), fmt::format("{}{}[{}]", prefix_, key, i),
                  fmt::format("must be an integer from {} to {}", minimum, maximum));
  }
  return list;
}

std::optional<bool> TableReader::boolean(std::string_view key) {
  const toml::node* node = find(key);
  if (!node) return std::nullopt;
  if (const toml::value<bool>* value = node->as_boolean()) return value->get();
  complain_of_type(key, "true or false", *node);
  return std::nullopt;
}

std::optional<double> TableReader::number(std::string_view key, double minimum, double maximum) {
  const toml::node* node = find(key);
  if (!node) return std::nullopt;
  std::optional<double> value;
  if (node->is_floating_point()) value = node->as_floating_point()->get();
  if (node->is_integer()) value = static_cast<double>(node->as_integer()->get());
  if (!value) {
    complain_of_type(key, "a number", *node);
    return std::nullopt;
  }
  if (*value >= minimum && *value <= maximum) return value;
  complain(key, fmt::format("is {}; it must be between {} and {}", *value, minimum, maximum));
  return std::nullopt;
}

std::optional<std::int64_t> TableReader::integer(std::string_view key, std::int64_t minimum,
                                                 std::int64_t maximum) {
  const toml::node* node = find(key);
  if (!node) return std::nullopt;
  const toml::value<std::int64_t>* value = node->as_integer();
  if (!value) {
    complain_of_type(key, "an integer", *node);
    return std::nullopt;
  }
  if (value->get() >= minimum && value->get() <= maximum) return value->get();
  complain(key, fmt::format("is {}; it must be between {} and {}", value->get(), minimum, maximum));
  return std::nullopt;
}

const toml::table* TableReader::table(std::string_view key) {
  const toml::node* node = find(key);
  if (node && !node->is_table()) complain_of_type(key, "a table", *node);
  return node ? node->as_table() : nullptr;
}

std::vector<const toml::table*> TableReader::tables(std::string_view key,
                                                    std::size_t max_elements) {
  std::vector<const toml::table*> list;
  const toml::node* node = find(key);
  if (!node) return list;
  const toml::array* array = node->as_array();
  bool all_tables = array && std::all_of(array->cbegin(), array->cend(),
                                         [](const toml::node& item) { return item.is_table(); });
  if (!all_tables) {
    complain(key, fmt::format("must be tables, each under a line [[{}]]", key));
  } else if (array->size() > max_elements) {
    complain(key, fmt::format("has {} entries; the limit is {}", array->size(), max_elements));
  } else {
    for (const toml::node& item : *array) list.push_back(item.as_table());
  }
  return list;
}

void TableReader::refuse_other_keys() {
  std::vector<std::string> known(asked_.begin(), asked_.end());
  for (const auto& [key, node] : table_) {
    if (problems_.full()) return;
    if (asked_.count(key.str()) > 0) continue;
    problems_.add(
        line_of(node), prefix_ + clean_line(key.str(), 64),
        fmt::format("is not a manifest key{}; remove it", did_you_mean(key.str(), known)));
  }
}

}  // namespace glovebox
