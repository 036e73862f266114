#include "registry/image_probe.h"

#include <fmt/format.h>

#include <string_view>

#include "base/near_miss.h"
#include "images/image_root.h"

namespace glovebox {
namespace {

constexpr std::string_view kPathVariable = "PATH=";

// These name folders that a job can write to; an image's are read-only.
bool is_ours(std::string_view variable) {
  return variable.starts_with("HOME=") || variable.starts_with("TMPDIR=");
}

Result<std::string> find_in(const ImageCatalog::Image& image, const Tool& tool,
                            const std::string& path, const std::string& program) {
  std::string found = find_image_program(image.root, path, program);
  if (!found.empty()) return found;
  return not_found(fmt::format("program {} not found in the image \"{}\" ({}), whose PATH is {}",
                               in_quotes(program), tool.image, image.id.ref, path));
}

}  // namespace

Result<ToolImage> probe_image(const Tool& tool, ImageCatalog& images) {
  GB_TRY(const ImageCatalog::Image* image, images.find(tool.image));
  ToolImage found;
  found.id = image->id;
  found.root = image->folder;
  found.path = std::string(kImagePath);
  for (const std::string& variable : image->info.environment) {
    if (variable.starts_with(kPathVariable)) {
      found.path = variable.substr(kPathVariable.size());
    } else if (!is_ours(variable)) {
      found.environment.push_back(variable);
    }
  }
  // The manifest's own holds.
  auto own = tool.environment.find("PATH");
  if (own != tool.environment.end()) found.path = own->second;
  GB_TRY(found.program, find_in(*image, tool, found.path, tool.command.front()));
  if (tool.version_command.empty()) return found;
  GB_TRY(found.version_program, find_in(*image, tool, found.path, tool.version_command.front()));
  return found;
}

}  // namespace glovebox
