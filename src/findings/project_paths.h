// Converts paths that a tool prints to paths in the project.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace glovebox {

// Which files the project has. Implementations: FileList, and classes that have an index already.
class ProjectFiles {
 public:
  virtual ~ProjectFiles() = default;
  // `path` is relative, with '/' between components and without "." and "..".
  virtual bool has_file(std::string_view path) const = 0;
};

class FileList : public ProjectFiles {
 public:
  explicit FileList(std::vector<std::string> paths);
  bool has_file(std::string_view path) const override;

 private:
  std::vector<std::string> paths_;  // sorted
};

inline constexpr std::size_t kMaxPathBytes = 4096;

// The path in the project that `printed` means, or empty if it is not a file of the project.
// Removes "./", "/work/", and `folder` (a path in the project, such as the folder in which a tool
// was started) if the file exists only there. '\' counts as '/' if the file then exists.
std::string project_path(std::string_view printed, std::string_view folder,
                         const ProjectFiles& files);

// Resolves "." and ".." by names alone; empty if the result is outside the project or empty.
std::string normal_path(std::string_view path);

}  // namespace glovebox
