// ToolRegistry: what may run. Loaded once from manifests; availability and versions are probed
// later. Threads: used from the event loop only, once loaded.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/isolation.h"
#include "model/tool.h"
#include "registry/invocation.h"
#include "registry/manifest.h"
#include "registry/parameter_texts.h"

namespace glovebox {

struct RegistrySources {
  // *.toml in each, by name; hidden files are passed over. Ids are unique over all folders: of two
  // tools with one id the first stays and the second is a problem.
  std::vector<std::filesystem::path> tools_dirs;
  // TOOL-ID/EXAMPLE-NAME/… in each. A folder that is not there is a problem; one for a tool that
  // was not loaded is not.
  std::vector<std::filesystem::path> examples_dirs;
};

// Manifests in one folder; the rest is a problem.
inline constexpr std::size_t kMaxManifests = 1000;
// Bytes of a version's line that are kept.
inline constexpr std::size_t kMaxVersionBytes = 120;

class ToolRegistry {
 public:
  // Bad files are reported and left out; the other tools still load. Sorted by category, then name.
  // The status is as declared until refresh_availability() is called. Blocks on files.
  static ToolRegistry load(const RegistrySources& sources, std::vector<ManifestProblem>& problems);

  const std::vector<Tool>& tools() const { return tools_; }
  const Tool* find(const ToolId& id) const;
  Result<const Tool*> get(const ToolId& id) const;  // kNotFound names near misses

  // The folder of an example, where a manifest's tool has one of that name; else kNotFound.
  Result<std::filesystem::path> example_path(const ToolId& id, std::string_view example) const;

  // What the sandbox gives, for tools that need one of its layers. All of them, unless called.
  void set_isolation(const IsolationReport& report) { missing_layers_ = report.missing; }

  // What a job may have at most; tools that ask for more get this.
  void limit_cpus(double most);

  // Looks for every tool's program, and that of its version command, on the sandbox's PATH and sets
  // status and reason. Cheap: a few stats.
  void refresh_availability();
  // What the version command printed; its first line that is not blank is kept, cleaned of control
  // characters. Unknown ids are ignored.
  void set_version(const ToolId& id, std::string_view output);

 private:
  Tool* find_mutable(const ToolId& id);
  void add_tools(const std::filesystem::path& folder, std::vector<ManifestProblem>& problems);
  void add_examples(const std::filesystem::path& folder, std::vector<ManifestProblem>& problems);

  std::vector<Tool> tools_;
  std::vector<MissingLayer> missing_layers_;
  // Tool id → example name → folder.
  std::map<std::string, std::map<std::string, std::filesystem::path, std::less<>>> example_paths_;
};

}  // namespace glovebox
