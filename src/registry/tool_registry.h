// ToolRegistry: what may run. Loaded once from manifests; availability and versions are probed
// later. Threads: used from the event loop only, once loaded.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/tool.h"

namespace glovebox {

struct RegistrySources {
  std::vector<std::filesystem::path>
      tools_dirs;  // *.toml in each; a later directory's id wins never: duplicate ids are errors
  std::vector<std::filesystem::path> examples_dirs;  // TOOL-ID/EXAMPLE-NAME/…
};

// What is wrong with a manifest: where, and what to do about it.
struct ManifestProblem {
  std::filesystem::path file;
  int line = 0;  // 1-based; 0 where there is none
  std::string field;
  std::string message;
};

class ToolRegistry {
 public:
  // Bad files are reported and left out; the other tools still load. Sorted by category, then name.
  static ToolRegistry load(const RegistrySources& sources, std::vector<ManifestProblem>& problems);

  const std::vector<Tool>& tools() const;
  const Tool* find(const ToolId& id) const;
  Result<const Tool*> get(const ToolId& id) const;  // kNotFound names near misses

  // The folder of an example, where a manifest's tool has one of that name.
  Result<std::filesystem::path> example_path(const ToolId& id, std::string_view example) const;

  // Looks for every tool's program on the sandbox's PATH and sets status and reason. Cheap: a few
  // stats.
  void refresh_availability();
  // What the version command printed; its first line is kept, cleaned of control characters.
  void set_version(const ToolId& id, std::string_view output);

 private:
  std::vector<Tool> tools_;
  std::map<std::string, std::map<std::string, std::filesystem::path>> example_paths_;
};

// Checks the parameters as given ({"name": value}) against the tool, fills defaults and turns them
// into argv and environment. kValidation names the parameter. "parameters.NAME" is the field in
// details.
Result<Invocation> make_invocation(const Tool& tool, const boost::json::object& parameters,
                                   std::string stdin_text);

// "NAME=VALUE" texts of the command line as the JSON that make_invocation takes.
Result<boost::json::object> parse_parameter_texts(const Tool& tool,
                                                  const std::vector<std::string>& texts);

}  // namespace glovebox
