#include "registry/tool_registry.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <system_error>
#include <tuple>

#include "base/clean_text.h"
#include "base/near_miss.h"
#include "registry/examples.h"
#include "registry/image_probe.h"
#include "registry/program_search.h"

namespace glovebox {
namespace {

namespace fs = std::filesystem;

// The manifests of a folder, by name.
std::vector<fs::path> manifests_in(const fs::path& folder, std::vector<ManifestProblem>& problems) {
  std::vector<fs::path> files;
  std::error_code error;
  fs::directory_iterator it(folder, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    const fs::path& path = it->path();
    if (path.extension() != ".toml" || path.filename().string().starts_with('.')) continue;
    files.push_back(path);
    if (files.size() <= kMaxManifests) continue;
    problems.push_back(
        {folder, 0, "", fmt::format("contains more than {} manifests", kMaxManifests)});
    return {};
  }
  if (error) {
    problems.push_back({folder, 0, "", fmt::format("cannot be read: {}", error.message())});
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Empty if all programs exist. The version command counts too: the command may be a shell that runs
// the program whose version is printed.
std::string_view missing_program(const Tool& tool) {
  if (!program_is_found(tool.command.front())) return tool.command.front();
  if (tool.version_command.empty() || program_is_found(tool.version_command.front())) return "";
  return tool.version_command.front();
}

// Empty if the sandbox provides all that the tool needs.
std::string missing_layer_reason(const Tool& tool, const std::vector<MissingLayer>& missing) {
  for (const MissingLayer& layer : missing) {
    if (std::find(tool.needs.begin(), tool.needs.end(), layer.layer) == tool.needs.end()) continue;
    return fmt::format("it needs {}, which the sandbox cannot provide here: {}", layer.layer,
                       layer.why);
  }
  return "";
}

}  // namespace

ToolRegistry ToolRegistry::load(const RegistrySources& sources,
                                std::vector<ManifestProblem>& problems) {
  ToolRegistry registry;
  for (const fs::path& folder : sources.tools_dirs) registry.add_tools(folder, problems);
  std::sort(registry.tools_.begin(), registry.tools_.end(), [](const Tool& a, const Tool& b) {
    return std::tie(a.category, a.name, a.id) < std::tie(b.category, b.name, b.id);
  });
  for (const fs::path& folder : sources.examples_dirs) registry.add_examples(folder, problems);
  if (!sources.images_dir.empty()) {
    registry.images_ = std::make_unique<ImageCatalog>(sources.images_dir);
  }
  return registry;
}

void ToolRegistry::add_tools(const fs::path& folder, std::vector<ManifestProblem>& problems) {
  for (const fs::path& file : manifests_in(folder, problems)) {
    std::optional<Tool> tool = load_manifest(file, problems);
    if (!tool) continue;
    if (find(tool->id)) {
      problems.push_back({file, 0, "id",
                          fmt::format("\"{}\" already belongs to another tool; choose another id",
                                      tool->id.str())});
      continue;
    }
    tools_.push_back(std::move(*tool));
  }
}

void ToolRegistry::add_examples(const fs::path& folder, std::vector<ManifestProblem>& problems) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    problems.push_back({folder, 0, "", "is not a readable folder"});
    return;
  }
  for (Tool& tool : tools_) {
    for (Example& example : find_examples(folder, tool.id, problems)) {
      auto [it, added] = example_paths_[tool.id.str()].emplace(example.info.name, example.path);
      if (added) {
        tool.examples.push_back(std::move(example.info));
      } else {
        problems.push_back(
            {example.path, 0, "",
             fmt::format("has the same name as another example: {}", it->second.string())});
      }
    }
  }
}

const Tool* ToolRegistry::find(const ToolId& id) const {
  auto it =
      std::find_if(tools_.begin(), tools_.end(), [&](const Tool& tool) { return tool.id == id; });
  return it == tools_.end() ? nullptr : &*it;
}

Tool* ToolRegistry::find_mutable(const ToolId& id) {
  return const_cast<Tool*>(find(id));
}

Result<const Tool*> ToolRegistry::get(const ToolId& id) const {
  if (const Tool* tool = find(id)) return tool;
  std::vector<std::string> known;
  for (const Tool& tool : tools_) known.push_back(tool.id.str());
  return not_found(
      fmt::format("no tool named {}{}; run 'glovebox tools' or GET /api/tools to list them",
                  in_quotes(id.str()), did_you_mean(id.str(), known)));
}

Result<fs::path> ToolRegistry::example_path(const ToolId& id, std::string_view example) const {
  GB_TRY(const Tool* tool, get(id));
  auto paths = example_paths_.find(id.str());
  if (paths != example_paths_.end()) {
    auto path = paths->second.find(example);
    if (path != paths->second.end()) return path->second;
  }
  std::vector<std::string> known;
  for (const ExampleInfo& info : tool->examples) known.push_back(info.name);
  return not_found(fmt::format("the tool \"{}\" has no example {}{}; its examples are {}", id.str(),
                               in_quotes(example), did_you_mean(example, known),
                               known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))));
}

void ToolRegistry::limit_cpus(double most) {
  for (Tool& tool : tools_) tool.limits.cpus = std::min(tool.limits.cpus, most);
}

// Without a listener the supervisor cannot let an init enter another root (sandbox/slot).
void ToolRegistry::set_isolation(const IsolationReport& report) {
  missing_layers_ = report.missing;
  no_roots_.clear();
  if (report.tier == Tier::kLandlock) {
    no_roots_ = "it runs in an image, and the landlock tier cannot give a job a root of its own";
    return;
  }
  for (const MissingLayer& layer : missing_layers_) {
    if (layer.layer != "ipc") continue;
    no_roots_ = "it runs in an image, which the sandbox cannot provide here: " + layer.why;
  }
}

std::string ToolRegistry::missing_image_reason(Tool& tool) {
  tool.image_root.reset();
  if (!no_roots_.empty()) return no_roots_;
  if (!images_) return "it runs in an image, and there is no folder of images; set --images-dir";
  Result<ToolImage> found = probe_image(tool, *images_);
  if (found.has_error()) return found.error().message();
  tool.image_root = std::move(*found);
  return "";
}

// Empty where it can run.
std::string ToolRegistry::unavailable_reason(Tool& tool) {
  if (!tool.image.empty()) {
    std::string reason = missing_image_reason(tool);
    if (!reason.empty()) return reason;
  } else if (std::string_view missing = missing_program(tool); !missing.empty()) {
    return missing_program_reason(missing, tool.description);
  }
  return missing_layer_reason(tool, missing_layers_);
}

void ToolRegistry::refresh_availability() {
  for (Tool& tool : tools_) {
    bool probed = tool.status == ToolStatus::kAvailable || tool.status == ToolStatus::kUnavailable;
    if (!probed) continue;
    tool.status_reason = unavailable_reason(tool);
    tool.status = tool.status_reason.empty() ? ToolStatus::kAvailable : ToolStatus::kUnavailable;
  }
}

void ToolRegistry::set_version(const ToolId& id, std::string_view output) {
  if (Tool* tool = find_mutable(id)) tool->version = first_clean_line(output, kMaxVersionBytes);
}

}  // namespace glovebox
