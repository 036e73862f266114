#include "tool_folders.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "base/log.h"
#include "cli/usable_cpus.h"

namespace glovebox {
namespace {

namespace fs = std::filesystem;

// Empty if there is none.
fs::path installed_folder(const char* name) {
  std::error_code code;
  fs::path program = fs::read_symlink("/proc/self/exe", code);
  fs::path folder = program.parent_path().parent_path() / "share" / "glovebox" / name;
  if (code || !fs::is_directory(folder, code)) return {};
  return folder;
}

std::vector<fs::path> folders(const std::vector<std::string>& given, const char* installed) {
  if (!given.empty()) return {given.begin(), given.end()};
  fs::path folder = installed_folder(installed);
  if (folder.empty()) return {};
  return {folder};
}

}  // namespace

fs::path images_dir(const Settings& settings) {
  std::error_code code;
  if (!settings.images_dir.empty()) {
    return fs::absolute(settings.images_dir, code).lexically_normal();
  }
  if (::geteuid() == 0) return "/var/lib/glovebox/images";
  const char* data = std::getenv("XDG_DATA_HOME");
  if (data != nullptr && *data == '/') return fs::path(data) / "glovebox/images";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home == '/') return fs::path(home) / ".local/share/glovebox/images";
  return {};
}

fs::path docs_dir(const Settings& settings) {
  if (settings.docs_dir.empty()) return installed_folder("doc");
  std::error_code code;
  return fs::absolute(settings.docs_dir, code).lexically_normal();
}

RegistrySources registry_sources(const Settings& settings) {
  return {folders(settings.tools_dirs, "tools"), folders(settings.examples_dirs, "examples"),
          images_dir(settings)};
}

std::vector<Preset> presets_of(const Settings& settings, const ToolRegistry& registry,
                               std::vector<ManifestProblem>& problems) {
  std::vector<std::string> given;
  if (!settings.presets_dir.empty()) given.push_back(settings.presets_dir);
  std::vector<fs::path> found = folders(given, "presets");
  return found.empty() ? std::vector<Preset>() : load_presets(found.front(), registry, problems);
}

void limit_cpus(ToolRegistry& registry, const Settings& settings) {
  std::int64_t most = settings.cpus_per_job > 0 ? settings.cpus_per_job : usable_cpus();
  registry.limit_cpus(static_cast<double>(most));
}

std::string problem_line(const ManifestProblem& problem) {
  std::string text = escape_for_log(problem.file.native());
  if (problem.line > 0) text += fmt::format(":{}", problem.line);
  if (!problem.field.empty()) text += fmt::format(": {}", escape_for_log(problem.field));
  return fmt::format("{}: {}", text, problem.message);
}

}  // namespace glovebox
