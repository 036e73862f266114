#include "model/preset.h"

#include <algorithm>
#include <boost/json/array.hpp>

namespace glovebox {
namespace {

constexpr std::size_t kLongestPresetName = 64;

template <class T>
boost::json::value number_or_null(const std::optional<T>& number) {
  return number ? boost::json::value(*number) : boost::json::value(nullptr);
}

}  // namespace

bool is_preset_name(std::string_view text) {
  return !text.empty() && text.size() <= kLongestPresetName && !text.starts_with('-') &&
         !text.ends_with('-') && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

boost::json::object to_json(const Preset& preset) {
  boost::json::array tools;
  boost::json::object parameters;
  for (const ToolId& tool : preset.tools) tools.emplace_back(tool.str());
  for (const auto& [tool, values] : preset.parameters) parameters[tool.str()] = values;
  boost::json::object limits;
  std::optional<std::int64_t> timeout;
  std::optional<std::uint64_t> bytes;
  if (preset.timeout) timeout = preset.timeout->count();
  if (preset.project_bytes) bytes = preset.project_bytes->bytes();
  limits["timeoutMs"] = number_or_null(timeout);
  limits["projectBytes"] = number_or_null(bytes);
  limits["projectFiles"] = number_or_null(preset.project_files);
  boost::json::object object;
  object["name"] = preset.name;
  object["title"] = preset.title;
  object["text"] = preset.text;
  object["toolIds"] = std::move(tools);
  object["parameters"] = std::move(parameters);
  object["limits"] = std::move(limits);
  return object;
}

}  // namespace glovebox
