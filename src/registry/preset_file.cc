#include "registry/preset_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/clean_text.h"
#include "registry/invocation.h"
#include "registry/small_file.h"
#include "registry/table_reader.h"

namespace glovebox {
namespace {

// As for manifests: dotted keys could nest tables too deeply.
constexpr std::ptrdiff_t kMostDots = 4096;
constexpr std::chrono::milliseconds kLongestTimeout = std::chrono::hours(24);

std::optional<boost::json::value> parameter_json(const toml::node& node) {
  if (const auto* text = node.as_string()) return boost::json::value(text->get());
  if (const auto* number = node.as_integer()) return boost::json::value(number->get());
  if (const auto* number = node.as_floating_point()) return boost::json::value(number->get());
  if (const auto* flag = node.as_boolean()) return boost::json::value(flag->get());
  return std::nullopt;
}

void read_tools(TableReader& reader, const ToolRegistry& registry, Preset& preset) {
  std::vector<std::string> tools =
      reader.texts("tools", {.max_elements = kMaxToolsOfPreset, .presence = Presence::kRequired});
  for (std::size_t i = 0; i < tools.size(); ++i) {
    ToolId id(tools[i]);
    Result<const Tool*> tool = registry.get(id);
    if (tool.has_error()) reader.complain_of_element("tools", i, tool.error().message());
    if (std::ranges::find(preset.tools, id) != preset.tools.end()) {
      reader.complain_of_element("tools", i, "is named twice");
    }
    preset.tools.push_back(std::move(id));
  }
}

void read_preset_limits(TableReader& reader, ProblemList& problems, Preset& preset) {
  if (reader.has("timeout")) {
    Result<std::chrono::milliseconds> timeout = parse_duration(reader.text("timeout", {}));
    bool fits = timeout && timeout->count() > 0 && *timeout <= kLongestTimeout;
    if (!fits) reader.complain("timeout", "must be a duration up to 24h, such as \"30s\"");
    if (fits) preset.timeout = *timeout;
  }
  const toml::table* table = reader.table("limits");
  if (!table) return;
  TableReader limits(*table, "limits.", problems);
  if (limits.has("project_bytes")) {
    Result<ByteCount> bytes = parse_byte_count(limits.text("project_bytes", {}));
    if (bytes.has_error() || bytes->bytes() == 0) {
      limits.complain("project_bytes", "must be a size over 0, such as \"10MiB\"");
    } else {
      preset.project_bytes = *bytes;
    }
  }
  constexpr std::int64_t kMostFiles = 1'000'000;
  preset.project_files = limits.integer("project_files", 1, kMostFiles);
  limits.refuse_other_keys();
}

void read_preset_parameters(TableReader& reader, ProblemList& problems, Preset& preset) {
  const toml::table* table = reader.table("parameters");
  if (!table) return;
  for (const auto& [key, node] : *table) {
    std::string name(key.str());
    int line = static_cast<int>(node.source().begin.line);
    std::string field = "parameters." + clean_line(name, 64);
    ToolId tool(name);
    if (std::ranges::find(preset.tools, tool) == preset.tools.end()) {
      problems.add(line, field, "is not one of the tools of this preset");
      continue;
    }
    const toml::table* values = node.as_table();
    if (!values) {
      problems.add(line, field, "must be a table of the tool's parameters");
      continue;
    }
    for (const auto& [parameter, value] : *values) {
      std::optional<boost::json::value> json = parameter_json(value);
      if (json) preset.parameters[tool][parameter.str()] = std::move(*json);
      if (!json) {
        problems.add(static_cast<int>(value.source().begin.line),
                     field + "." + clean_line(std::string(parameter.str()), 64),
                     "must be a string, a number or a boolean");
      }
    }
  }
}

// As a request with them would be checked. A tool that cannot run yet has no command to check.
void check_preset_parameters(const ToolRegistry& registry, ProblemList& problems,
                             const Preset& preset) {
  for (const ToolId& id : preset.tools) {
    const Tool* tool = registry.find(id);
    if (!tool || tool->command.empty()) continue;
    auto given = preset.parameters.find(id);
    boost::json::object values;
    if (given != preset.parameters.end()) values = given->second;
    Result<Invocation> made = make_invocation(*tool, values, "");
    if (made.has_error()) problems.add(0, "parameters." + id.str(), made.error().message());
  }
}

}  // namespace

std::optional<Preset> parse_preset(std::string_view text, const std::filesystem::path& file,
                                   const ToolRegistry& registry,
                                   std::vector<ManifestProblem>& problems) {
  ProblemList list(file, problems);
  Preset preset;
  preset.name = file.stem().string();
  if (!is_preset_name(preset.name)) {
    list.add(0, "", "the file's name must be lower-case letters, digits and '-', at most 64");
    return std::nullopt;
  }
  if (text.size() > kMaxPresetBytes || std::ranges::count(text, '.') > kMostDots) {
    list.add(0, "",
             fmt::format("is larger than {} bytes or has more than {} dots", kMaxPresetBytes,
                         kMostDots));
    return std::nullopt;
  }
  toml::parse_result result = toml::parse(text);
  if (result.failed()) {
    const toml::parse_error& error = result.error();
    list.add(static_cast<int>(error.source().begin.line), "",
             fmt::format("is not valid TOML: {}", clean_line(error.description(), 300)));
    return std::nullopt;
  }
  TableReader reader(result.table(), "", list);
  preset.title = reader.text("title", {.max_bytes = 200, .presence = Presence::kRequired});
  preset.text = reader.text("text", {.max_bytes = 10'000, .form = TextRule::Form::kParagraph});
  read_tools(reader, registry, preset);
  read_preset_limits(reader, list, preset);
  read_preset_parameters(reader, list, preset);
  reader.refuse_other_keys();
  if (list.empty()) check_preset_parameters(registry, list, preset);
  if (!list.empty()) return std::nullopt;
  return preset;
}

std::vector<Preset> load_presets(const std::filesystem::path& folder, const ToolRegistry& registry,
                                 std::vector<ManifestProblem>& problems) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  std::filesystem::directory_iterator it(folder, error);
  for (; !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
    const std::filesystem::path& path = it->path();
    if (path.extension() != ".toml" || path.filename().string().starts_with('.')) continue;
    files.push_back(path);
    if (files.size() <= kMaxPresets) continue;
    problems.push_back({folder, 0, "", fmt::format("contains more than {} presets", kMaxPresets)});
    return {};
  }
  if (error) {
    problems.push_back({folder, 0, "", fmt::format("cannot be read: {}", error.message())});
  }
  std::ranges::sort(files);
  std::vector<Preset> presets;
  for (const std::filesystem::path& file : files) {
    Result<std::string> text = read_small_file(file, kMaxPresetBytes);
    if (text.has_error()) {
      problems.push_back({file, 0, "", text.error().message()});
      continue;
    }
    std::optional<Preset> preset = parse_preset(*text, file, registry, problems);
    if (preset) presets.push_back(std::move(*preset));
  }
  return presets;
}

}  // namespace glovebox
