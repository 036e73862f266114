// ToolRegistry: the tools that may run. Loaded once from manifests; availability and versions are
// probed later. Threads: used only from the event loop after loading.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "images/image_catalog.h"
#include "model/isolation.h"
#include "model/tool.h"
#include "registry/invocation.h"
#include "registry/manifest.h"
#include "registry/parameter_texts.h"

namespace glovebox {

struct RegistrySources {
  // *.toml in each folder, by name; hidden files are skipped. Ids are unique over all folders: if
  // two tools have the same id, the first is kept and the second is a problem.
  std::vector<std::filesystem::path> tools_dirs;
  // TOOL-ID/EXAMPLE-NAME/… in each. A missing folder is a problem; a folder of a tool that was not
  // loaded is not.
  std::vector<std::filesystem::path> examples_dirs;
  // Where the images of tools are; empty: there are none.
  std::filesystem::path images_dir;
};

// Maximum number of manifests in one folder; more are a problem.
inline constexpr std::size_t kMaxManifests = 1000;
// Maximum length of a stored version, in bytes.
inline constexpr std::size_t kMaxVersionBytes = 120;

class ToolRegistry {
 public:
  // Invalid files are reported and left out; the other tools are still loaded. Sorted by category,
  // then name. The status is as declared until refresh_availability() is called. Blocks on files.
  static ToolRegistry load(const RegistrySources& sources, std::vector<ManifestProblem>& problems);

  const std::vector<Tool>& tools() const { return tools_; }
  const Tool* find(const ToolId& id) const;
  Result<const Tool*> get(const ToolId& id) const;  // kNotFound suggests similar names

  // The folder of an example of a manifest's tool; kNotFound if there is none.
  Result<std::filesystem::path> example_path(const ToolId& id, std::string_view example) const;

  // The layers that the sandbox provides, for tools that need one of them. By default, all.
  void set_isolation(const IsolationReport& report);

  // The maximum limits of a job; tools that declare more get these.
  void limit_cpus(double most);

  // Searches each tool's program and the program of its version command on the sandbox's PATH or in
  // its image, and sets status and reason. Cheap: a few stat(2) calls.
  void refresh_availability();
  // The output of the version command; its first non-blank line is kept, without control
  // characters. Unknown ids are ignored.
  void set_version(const ToolId& id, std::string_view output);

  // Null where RegistrySources named none.
  ImageCatalog* images() const { return images_.get(); }

 private:
  Tool* find_mutable(const ToolId& id);
  void add_tools(const std::filesystem::path& folder, std::vector<ManifestProblem>& problems);
  void add_examples(const std::filesystem::path& folder, std::vector<ManifestProblem>& problems);
  std::string unavailable_reason(Tool& tool);
  std::string missing_image_reason(Tool& tool);

  std::vector<Tool> tools_;
  std::vector<MissingLayer> missing_layers_;
  std::string no_roots_;  // why jobs cannot have a root of their own; empty: they can
  std::unique_ptr<ImageCatalog> images_;
  // Tool id → example name → folder.
  std::map<std::string, std::map<std::string, std::filesystem::path, std::less<>>> example_paths_;
};

}  // namespace glovebox
