// From the paths that a tool prints to paths in the project.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace glovebox {

// Which files the project has. Implementations: FileList, and whoever has an index already.
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

// The path in the project that `printed` means, or empty where it is no file of the project. Taken
// off: "./", "/work/", and `folder` (a path in the project, such as the folder that a tool was
// started in) where the file is there alone. '\' counts as '/' where the file is there then.
std::string project_path(std::string_view printed, std::string_view folder,
                         const ProjectFiles& files);

// "." and ".." resolved, by names alone; empty where that leaves the project or nothing is left.
std::string normal_path(std::string_view path);

}  // namespace glovebox
