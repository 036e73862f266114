#include "cli/settings_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/log.h"
#include "base/near_miss.h"
#include "base/os.h"
#include "base/toml_library.h"

namespace glovebox {
namespace {

Error at_line(const std::string& name, const toml::source_region& source, std::string message) {
  return validation_error(fmt::format("{}:{}: {}", name, source.begin.line, message));
}

std::vector<std::string> section_names() {
  std::set<std::string> names;
  for (const SettingSpec& spec : setting_specs()) names.emplace(spec.section);
  return {names.begin(), names.end()};
}

std::vector<std::string> keys_of(std::string_view section) {
  std::vector<std::string> keys;
  for (const SettingSpec& spec : setting_specs()) {
    if (spec.section == section) keys.emplace_back(spec.key);
  }
  return keys;
}

const SettingSpec* find_spec(std::string_view section, std::string_view key) {
  auto specs = setting_specs();
  auto found = std::find_if(specs.begin(), specs.end(), [&](const SettingSpec& spec) {
    return spec.section == section && spec.key == key;
  });
  return found == specs.end() ? nullptr : &*found;
}

Result<std::string> scalar_text(const toml::node& node) {
  if (auto text = node.value_exact<std::string>()) return *text;
  if (auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
  return validation_error("must be a string or a whole number");
}

Result<std::vector<std::string>> node_texts(const toml::node& node) {
  std::vector<std::string> texts;
  if (const toml::array* array = node.as_array()) {
    for (const toml::node& element : *array) {
      GB_TRY(std::string text, scalar_text(element));
      texts.push_back(std::move(text));
    }
    return texts;
  }
  GB_TRY(std::string text, scalar_text(node));
  texts.push_back(std::move(text));
  return texts;
}

Result<void> read_key(const std::string& section, const std::string& key, const toml::node& node,
                      const std::string& name, Settings& settings) {
  const SettingSpec* spec = find_spec(section, key);
  if (spec == nullptr) {
    return at_line(name, node.source(),
                   fmt::format("[{}] has no key {}{}", section, in_quotes(key),
                               did_you_mean(key, keys_of(section))));
  }
  auto texts = node_texts(node);
  Result<void> set =
      texts.has_error() ? Result<void>(texts.error()) : set_setting(settings, *spec, texts.value());
  if (set.has_error()) {
    return at_line(name, node.source(),
                   fmt::format("[{}] {}: {}", section, key, set.error().message()));
  }
  return ok();
}

Result<void> read_section(const std::string& section, const toml::node& node,
                          const std::string& name, Settings& settings) {
  std::vector<std::string> sections = section_names();
  if (std::find(sections.begin(), sections.end(), section) == sections.end()) {
    return at_line(
        name, node.source(),
        fmt::format("unknown section [{}]{}; the sections are [{}]", escape_for_log(section),
                    did_you_mean(section, sections), fmt::join(sections, "], [")));
  }
  const toml::table* table = node.as_table();
  if (table == nullptr) {
    return at_line(name, node.source(), fmt::format("{0} must be a section, [{0}]", section));
  }
  for (const auto& [key, value] : *table) {
    GB_TRY_VOID(read_key(section, std::string(key.str()), value, name, settings));
  }
  return ok();
}

}  // namespace

Result<void> read_settings(std::string_view text, const std::string& name, Settings& settings) {
  toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    return at_line(name, parsed.error().source(), std::string(parsed.error().description()));
  }
  for (const auto& [section, node] : parsed.table()) {
    GB_TRY_VOID(read_section(std::string(section.str()), node, name, settings));
  }
  return ok();
}

Result<void> read_settings_file(const std::string& path, Settings& settings) {
  GB_TRY(std::string text, os::read_file(path, kMaxSettingsFileBytes + 1));
  if (text.size() > kMaxSettingsFileBytes) {
    return validation_error(
        fmt::format("{}: larger than {}", path, format_bytes(ByteCount(kMaxSettingsFileBytes))));
  }
  return read_settings(text, path, settings);
}

Result<void> read_settings_environment(const Environment& environment, Settings& settings) {
  for (const SettingSpec& spec : setting_specs()) {
    std::string variable = setting_variable(spec);
    const char* value = environment(variable.c_str());
    if (value == nullptr || *value == '\0') continue;
    Result<void> set = set_setting(settings, spec, split_setting(spec, value));
    if (set.has_error()) return std::move(set).error().with_context(variable);
  }
  return ok();
}

}  // namespace glovebox
