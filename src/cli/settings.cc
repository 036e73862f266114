#include "cli/settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/near_miss.h"

namespace glovebox {
namespace {

constexpr std::size_t kMaxListEntries = 256;
constexpr std::size_t kMaxTextBytes = 4096;

std::vector<std::string> split(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  while (true) {
    std::size_t end = text.find(separator);
    if (std::string_view part = text.substr(0, end); !part.empty()) parts.emplace_back(part);
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + separator.size());
  }
}

Result<void> check_range(const SettingSpec& spec, std::int64_t value, const std::string& text) {
  if (value >= spec.minimum && value <= spec.maximum) return ok();
  return validation_error(value < spec.minimum ? fmt::format("{} is too small", in_quotes(text))
                                               : fmt::format("{} is too large", in_quotes(text)));
}

Result<std::int64_t> parse_whole_number(const SettingSpec& spec, const std::string& text) {
  std::int64_t number = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size() || number < spec.minimum ||
      number > spec.maximum) {
    return validation_error(fmt::format("{} is not a whole number from {} to {}", in_quotes(text),
                                        spec.minimum, spec.maximum));
  }
  return number;
}

Result<void> check_text(const SettingSpec& spec, const std::string& text) {
  if (text.size() > kMaxTextBytes) {
    return validation_error(fmt::format("longer than {} bytes", kMaxTextBytes));
  }
  if (spec.one_of.empty() || text.empty()) return ok();
  std::vector<std::string> values = split(spec.one_of, "|");
  if (std::find(values.begin(), values.end(), text) != values.end()) return ok();
  return validation_error(fmt::format("{} is not one of {}{}", in_quotes(text),
                                      fmt::join(values, ", "), did_you_mean(text, values)));
}

// Sets one member. There is one overload for each type of SettingMember.
struct Assign {
  Settings& settings;
  const SettingSpec& spec;
  const std::vector<std::string>& texts;

  Result<void> operator()(std::string Settings::*member) const {
    GB_TRY_VOID(check_text(spec, texts.front()));
    settings.*member = texts.front();
    return ok();
  }
  Result<void> operator()(std::vector<std::string> Settings::*member) const {
    if (texts.size() > kMaxListEntries) {
      return validation_error(fmt::format("more than {} entries", kMaxListEntries));
    }
    for (const std::string& text : texts) GB_TRY_VOID(check_text(spec, text));
    settings.*member = texts;
    return ok();
  }
  Result<void> operator()(std::chrono::milliseconds Settings::*member) const {
    GB_TRY(auto duration, parse_duration(texts.front()));
    GB_TRY_VOID(check_range(spec, duration.count(), texts.front()));
    settings.*member = duration;
    return ok();
  }
  Result<void> operator()(std::int64_t Settings::*member) const {
    GB_TRY(settings.*member, parse_whole_number(spec, texts.front()));
    return ok();
  }
  Result<void> operator()(ByteCount Settings::*member) const {
    GB_TRY(ByteCount bytes, parse_byte_count(texts.front()));
    GB_TRY_VOID(check_range(spec, static_cast<std::int64_t>(bytes.bytes()), texts.front()));
    settings.*member = bytes;
    return ok();
  }
};

struct Show {
  const Settings& settings;

  std::string operator()(std::string Settings::*member) const { return settings.*member; }
  std::string operator()(std::vector<std::string> Settings::*member) const {
    return fmt::format("{}", fmt::join(settings.*member, ","));
  }
  std::string operator()(std::chrono::milliseconds Settings::*member) const {
    auto ms = (settings.*member).count();
    if (ms % 3'600'000 == 0) return fmt::format("{}h", ms / 3'600'000);
    return ms % 1000 == 0 ? fmt::format("{}s", ms / 1000) : fmt::format("{}ms", ms);
  }
  std::string operator()(std::int64_t Settings::*member) const {
    return std::to_string(settings.*member);
  }
  std::string operator()(ByteCount Settings::*member) const {
    std::string text = format_bytes(settings.*member);
    std::erase(text, ' ');
    return text;
  }
};

std::string renamed(std::string_view key, char from, char to, std::string_view prefix) {
  std::string name(prefix);
  name += key;
  std::replace(name.begin(), name.end(), from, to);
  return name;
}

}  // namespace

std::string setting_flag(const SettingSpec& spec) {
  return renamed(spec.name.empty() ? spec.key : spec.name, '_', '-', "--");
}

std::string setting_variable(const SettingSpec& spec) {
  std::string name = renamed(spec.name.empty() ? spec.key : spec.name, '-', '_', "GLOVEBOX_");
  for (char& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

std::string setting_text(const SettingSpec& spec, const Settings& settings) {
  return std::visit(Show{settings}, spec.member);
}

Result<void> set_setting(Settings& settings, const SettingSpec& spec,
                         const std::vector<std::string>& texts) {
  bool list = std::holds_alternative<std::vector<std::string> Settings::*>(spec.member);
  if (!list && texts.size() != 1) return validation_error("takes exactly one value");
  return std::visit(Assign{settings, spec, texts}, spec.member);
}

std::vector<std::string> split_setting(const SettingSpec& spec, std::string_view text) {
  if (!std::holds_alternative<std::vector<std::string> Settings::*>(spec.member)) {
    return {std::string(text)};
  }
  return split(text, spec.separator.empty() ? "," : spec.separator);
}

}  // namespace glovebox
