#include "registry/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/clean_text.h"
#include "images/image_names.h"
#include "registry/manifest_findings.h"
#include "registry/manifest_parameters.h"
#include "registry/program_files.h"
#include "registry/small_file.h"
#include "registry/table_reader.h"

namespace glovebox {
namespace {

using namespace literals;

// toml++ limits the nesting of values but not of dotted keys, and destroying a deep tree overflows
// the stack. Each level needs a dot, so the number of dots is a bound.
constexpr std::ptrdiff_t kMaxDots = 4096;

constexpr std::chrono::milliseconds kShortest{1};
constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24);

bool is_tool_id(std::string_view id) {
  return !id.starts_with('-') && !id.ends_with('-') &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

bool is_variable_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && !(name[0] >= '0' && name[0] <= '9') &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_';
         });
}

void read_texts(TableReader& reader, Tool& tool) {
  TextRule title{.max_bytes = 100, .presence = Presence::kRequired};
  std::string id = reader.text("id", {.max_bytes = 64, .presence = Presence::kRequired});
  if (!is_tool_id(id)) {
    reader.complain("id",
                    "must be lower-case letters, digits and '-', and not start or end with '-'");
  }
  tool.id = ToolId(std::move(id));
  tool.name = reader.text("name", title);
  tool.description = reader.text(
      "description",
      {.max_bytes = 2000, .presence = Presence::kRequired, .form = TextRule::Form::kParagraph});
  tool.category = reader.text("category", title);
}

void read_status(TableReader& reader, Tool& tool) {
  std::string status = reader.text("status", {});
  if (!reader.has("status") || status == tool_status_name(ToolStatus::kAvailable)) return;
  if (status == tool_status_name(ToolStatus::kInDevelopment)) {
    tool.status = ToolStatus::kInDevelopment;
    tool.status_reason = "the tool is in development and cannot run yet";
  } else if (status == tool_status_name(ToolStatus::kComingSoon)) {
    tool.status = ToolStatus::kComingSoon;
    tool.status_reason = "the tool is coming soon and cannot run yet";
  } else {
    reader.complain("status", "must be available, in-development or coming-soon");
  }
}

void read_command(TableReader& reader, Tool& tool) {
  TextRule argument{.max_bytes = 4096, .form = TextRule::Form::kArgument};
  bool runs = tool.status == ToolStatus::kAvailable;
  tool.command =
      reader.texts("command", {.max_elements = kMaxCommandElements,
                               .presence = runs ? Presence::kRequired : Presence::kOptional,
                               .element = argument});
  tool.version_command = reader.texts("version", {.max_elements = 16, .element = argument});
  for (const auto* argv : {&tool.command, &tool.version_command}) {
    if (argv->empty() || !(*argv)[0].empty()) continue;
    reader.complain(argv == &tool.command ? "command" : "version", "has an empty program name");
  }
  tool.inputs = reader.texts("inputs", {.max_elements = 64, .element = {.max_bytes = 256}});
  tool.shebangs = reader.texts("shebangs", {.max_elements = 16, .element = {.max_bytes = 32}});
  tool.takes_stdin = reader.boolean("stdin").value_or(false);
  tool.needs = reader.texts("needs", {.max_elements = 4, .element = {.max_bytes = 32}});
  for (const std::string& layer : tool.needs) {
    if (layer == "proc" || layer == "ipc") continue;
    reader.complain("needs",
                    "may contain \"proc\", for tools that read /proc, and \"ipc\", for "
                    "System V IPC and message queues; nothing else can be granted");
  }
}

void read_image(TableReader& reader, Tool& tool) {
  tool.image = reader.text("image", {.presence = Presence::kNotEmpty});
  if (tool.image.empty()) return;
  Result<void> valid = check_image_name(tool.image);
  if (valid.has_error()) reader.complain("image", valid.error().message());
}

void take_in_programs(Tool& tool, const std::filesystem::path& folder, TableReader& reader) {
  if (folder.empty()) return;
  for (std::size_t i = 0; i < tool.command.size(); ++i) {
    Result<std::string> element = with_program_files(tool.command[i], folder);
    if (element.has_error()) {
      reader.complain_of_element("command", i, element.error().message());
    } else {
      tool.command[i] = std::move(*element);
    }
  }
}

// The grace period of a job; the server's shutdown waits for it (JobScheduler::drain).
constexpr std::chrono::milliseconds kLongestGrace{5'000};

void read_grace(TableReader& reader, std::chrono::milliseconds& grace) {
  std::string text = reader.text("grace", {.presence = Presence::kNotEmpty});
  if (text.empty()) return;
  Result<std::chrono::milliseconds> duration = parse_duration(text);
  if (duration.has_error()) {
    reader.complain("grace", duration.error().message());
  } else if (duration->count() < 0 || *duration > kLongestGrace) {
    reader.complain("grace", fmt::format("is {}; it must be between 0s and 5s", text));
  } else {
    grace = *duration;
  }
}

void read_duration(TableReader& reader, std::string_view key, std::chrono::milliseconds& limit) {
  std::string text = reader.text(key, {.presence = Presence::kNotEmpty});
  if (text.empty()) return;
  Result<std::chrono::milliseconds> duration = parse_duration(text);
  if (duration.has_error()) {
    reader.complain(key, duration.error().message());
  } else if (*duration < kShortest || *duration > kLongest) {
    reader.complain(key, fmt::format("is {}; it must be between 1ms and 24h", text));
  } else {
    limit = *duration;
  }
}

void read_size(TableReader& reader, std::string_view key, ByteCount minimum, ByteCount maximum,
               ByteCount& limit) {
  std::string text = reader.text(key, {.presence = Presence::kNotEmpty});
  if (text.empty()) return;
  Result<ByteCount> size = parse_byte_count(text);
  if (size.has_error()) {
    reader.complain(key, size.error().message());
  } else if (*size < minimum || *size > maximum) {
    reader.complain(key, fmt::format("is {}; it must be between {} and {}", text,
                                     format_bytes(minimum), format_bytes(maximum)));
  } else {
    limit = *size;
  }
}

void read_limits_table(TableReader& reader, Limits& limits) {
  limits.cpus = reader.number("cpus", 0.01, 1024).value_or(limits.cpus);
  double usable_ms = static_cast<double>(limits.wall_time.count()) * std::max(1.0, limits.cpus);
  limits.cpu_time = std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(usable_ms)));
  read_duration(reader, "cpu_time", limits.cpu_time);
  read_size(reader, "memory", 1_MiB, 1024_GiB, limits.memory);
  read_size(reader, "disk", 4_KiB, 1024_GiB, limits.disk);
  read_size(reader, "output_bytes", ByteCount(1), 256_MiB, limits.output_bytes);
  limits.processes =
      static_cast<int>(reader.integer("processes", 1, 32'768).value_or(limits.processes));
  limits.open_files =
      static_cast<int>(reader.integer("open_files", 8, 1'048'576).value_or(limits.open_files));
  limits.output_lines = reader.integer("output_lines", 1, 10'000'000).value_or(limits.output_lines);
}

void read_limits(TableReader& manifest, ProblemList& problems, Limits& limits) {
  read_duration(manifest, "timeout", limits.wall_time);
  read_grace(manifest, limits.grace);
  limits.cpu_time = limits.wall_time;
  const toml::table* table = manifest.table("limits");
  if (!table) return;
  TableReader reader(*table, "limits.", problems);
  read_limits_table(reader, limits);
  reader.refuse_other_keys();
}

void read_environment(TableReader& manifest, ProblemList& problems, Tool& tool) {
  constexpr std::size_t kMaxVariables = 64;
  const toml::table* table = manifest.table("environment");
  if (!table) return;
  if (table->size() > kMaxVariables) {
    manifest.complain("environment", fmt::format("has {} variables; the limit is {}", table->size(),
                                                 kMaxVariables));
    return;
  }
  TableReader reader(*table, "environment.", problems);
  for (const auto& [key, node] : *table) {
    std::string name(key.str());
    if (!is_variable_name(name)) {
      problems.add(static_cast<int>(node.source().begin.line),
                   "environment." + clean_line(name, 64),
                   "is not a variable name; use at most 64 letters, digits and '_'");
      continue;
    }
    tool.environment[name] =
        reader.text(name, {.max_bytes = 4096, .form = TextRule::Form::kArgument});
  }
}

void read_exit_codes(TableReader& manifest, ProblemList& problems, Tool& tool) {
  constexpr std::int64_t kHighestExitCode = 255;
  constexpr std::size_t kMaxCodes = 64;
  const toml::table* table = manifest.table("exit_codes");
  if (!table) return;
  TableReader reader(*table, "exit_codes.", problems);
  constexpr std::pair<std::string_view, Verdict> kKeys[] = {{"clean", Verdict::kClean},
                                                            {"findings", Verdict::kFindings},
                                                            {"nothing", Verdict::kNothingToDo}};
  for (const auto& [key, verdict] : kKeys) {
    for (std::int64_t code : reader.integers(key, kMaxCodes, 0, kHighestExitCode)) {
      if (tool.exit_codes.emplace(static_cast<int>(code), verdict).second) continue;
      reader.complain(key, fmt::format("declares the code {} again", code));
    }
  }
  reader.refuse_other_keys();
  tool.exit_codes.emplace(0, Verdict::kClean);
}

Tool read_tool(const toml::table& table, const std::filesystem::path& programs,
               ProblemList& problems) {
  TableReader reader(table, "", problems);
  Tool tool;
  read_texts(reader, tool);
  read_status(reader, tool);
  read_command(reader, tool);
  read_image(reader, tool);
  read_limits(reader, problems, tool.limits);
  read_exit_codes(reader, problems, tool);
  read_environment(reader, problems, tool);
  tool.parameters = read_parameters(reader, problems);
  read_findings(reader, problems, tool);
  reader.refuse_other_keys();
  if (problems.empty()) take_in_programs(tool, programs, reader);
  if (problems.empty()) check_command(tool, reader);
  return tool;
}

}  // namespace

std::optional<Tool> parse_manifest(std::string_view text, const std::filesystem::path& file,
                                   std::vector<ManifestProblem>& problems,
                                   const std::filesystem::path& programs) {
  ProblemList list(file, problems);
  if (text.size() > kMaxManifestBytes) {
    list.add(0, "",
             fmt::format("is larger than {}, which is the limit",
                         format_bytes(ByteCount(kMaxManifestBytes))));
    return std::nullopt;
  }
  if (std::count(text.begin(), text.end(), '.') > kMaxDots) {
    list.add(
        0, "",
        fmt::format("contains more than {} dots, which could nest tables too deeply", kMaxDots));
    return std::nullopt;
  }
  toml::parse_result result = toml::parse(text);
  if (result.failed()) {
    const toml::parse_error& error = result.error();
    list.add(static_cast<int>(error.source().begin.line), "",
             fmt::format("is not valid TOML: {}", clean_line(error.description(), 300)));
    return std::nullopt;
  }
  Tool tool = read_tool(result.table(), programs, list);
  if (!list.empty()) return std::nullopt;
  return tool;
}

std::optional<Tool> load_manifest(const std::filesystem::path& file,
                                  std::vector<ManifestProblem>& problems) {
  Result<std::string> text = read_small_file(file, kMaxManifestBytes);
  if (text.has_error()) {
    problems.push_back({file, 0, "", text.error().message()});
    return std::nullopt;
  }
  std::filesystem::path folder = file.parent_path();
  return parse_manifest(*text, file, problems, folder.empty() ? "." : folder);
}

}  // namespace glovebox
