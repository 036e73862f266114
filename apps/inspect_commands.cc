#include "inspect_commands.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <cstdio>

#include "base/log.h"
#include "cli/conclusion.h"
#include "cli/listings.h"
#include "cli/requirements.h"
#include "cli/run_report.h"
#include "image_command.h"
#include "local_sandbox.h"
#include "model/json.h"
#include "registry/input_matcher.h"
#include "sandbox/pool/launcher_process.h"
#include "tool_folders.h"

namespace glovebox {
namespace {

namespace json = boost::json;

json::array problems_json(const std::vector<ManifestProblem>& problems) {
  json::array array;
  for (const ManifestProblem& problem : problems) {
    array.push_back(json::object{{"file", problem.file.native()},
                                 {"line", problem.line},
                                 {"field", problem.field},
                                 {"message", problem.message}});
  }
  return array;
}

int check_tools(const ToolsCommand& command) {
  std::vector<ManifestProblem> problems;
  RegistrySources sources{{command.check_dir}, {}};
  ToolRegistry registry = ToolRegistry::load(sources, problems);
  if (command.json) {
    fmt::print("{}\n", json::serialize(json::object{{"tools", registry.tools().size()},
                                                    {"problems", problems_json(problems)}}));
  } else {
    for (const ManifestProblem& problem : problems) fmt::print("{}\n", problem_line(problem));
    fmt::print("{} tools, {} problems\n", registry.tools().size(), problems.size());
  }
  return problems.empty() ? 0 : 1;
}

// How many presets are in order. Problems of tools are those of 'glovebox tools'.
std::size_t count_presets(const Settings& settings, std::vector<ManifestProblem>& problems) {
  std::vector<ManifestProblem> of_tools;
  ToolRegistry registry = ToolRegistry::load(registry_sources(settings), of_tools);
  return presets_of(settings, registry, problems).size();
}

// The project is in a scratch folder meanwhile.
Result<ProjectTree> look_at(const std::string& path, const Settings& settings) {
  GB_TRY(ScratchDir scratch, ScratchDir::make());
  GB_TRY(auto store, ProjectStore::open(scratch.path() / "projects", archive_limits(settings)));
  GB_TRY(ProjectSource source, open_project(*store, path));
  GB_TRY_VOID(confine_local(scratch, {}));
  return store_project(*store, std::move(source));
}

int tell_suits(const ToolsCommand& command, const ToolRegistry& registry,
               const Terminal& terminal) {
  Result<ProjectTree> tree = look_at(command.suits, command.settings);
  if (tree.has_error()) return fail(tree.error(), command.json);
  std::vector<ToolSuit> suits = InputMatcher(registry.tools()).suits(tree->files);
  if (!command.json) {
    fmt::print("{}", suits_text(registry.tools(), suits,
                                static_cast<std::int64_t>(tree->files.size()), terminal));
    return 0;
  }
  json::array array;
  for (const ToolSuit& suit : suits) {
    array.push_back(json::object{{"toolId", suit.tool_id.str()}, {"files", suit.files}});
  }
  json::object told{{"fileCount", tree->files.size()}, {"suits", std::move(array)}};
  fmt::print("{}\n", json::serialize(told));
  return 0;
}

}  // namespace

int tools_command(const ToolsCommand& command, const Terminal& terminal) {
  if (!command.check_dir.empty()) return check_tools(command);
  std::vector<ManifestProblem> problems;
  ToolRegistry registry = ToolRegistry::load(registry_sources(command.settings), problems);
  limit_cpus(registry, command.settings);
  registry.refresh_availability();
  for (const ManifestProblem& problem : problems) {
    fmt::print(stderr, "glovebox: {}\n", problem_line(problem));
  }
  if (!command.suits.empty()) return tell_suits(command, registry, terminal);
  if (command.json) {
    json::array tools;
    for (const Tool& tool : registry.tools()) tools.push_back(to_json(tool));
    fmt::print("{}\n", json::serialize(json::object{{"tools", std::move(tools)}}));
  } else {
    fmt::print("{}", tools_text(registry.tools(), terminal));
  }
  return 0;
}

int doctor_command(const DoctorCommand& command, const Terminal& terminal) {
  std::vector<ManifestProblem> problems;
  std::size_t presets = count_presets(command.settings, problems);
  IsolationReport report = probe_isolation();
  ImageReadiness images = image_readiness(command.settings);
  if (command.json) {
    json::object told = to_json(report);
    told["images"] = readiness_json(images);
    told["presets"] = json::object{{"count", presets}, {"problems", problems_json(problems)}};
    fmt::print("{}\n", json::serialize(told));
  } else {
    fmt::print("{}{}", doctor_text(report, terminal), readiness_text(images, terminal));
    if (presets + problems.size() > 0) fmt::print("presets: {}\n", presets);
    for (const ManifestProblem& problem : problems) fmt::print("  {}\n", problem_line(problem));
  }
  auto met =
      check_requirements(report, command.settings.require_tier, command.settings.require_layers);
  if (met.has_error()) fmt::print(stderr, "{}", error_line(met.error()));
  return report.tier == Tier::kNone || met.has_error() || !problems.empty() ? 1 : 0;
}

}  // namespace glovebox
