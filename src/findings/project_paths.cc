#include "findings/project_paths.h"

#include <algorithm>

namespace glovebox {
namespace {

constexpr std::string_view kWork = "/work/";

std::string lookup(std::string_view printed, std::string_view folder, const ProjectFiles& files) {
  if (printed.starts_with(kWork)) {
    printed.remove_prefix(std::min(printed.find_first_not_of('/', kWork.size()), printed.size()));
    folder = "";
  }
  if (printed.starts_with('/')) return "";
  std::string path = normal_path(printed);
  if (!path.empty() && files.has_file(path)) return path;
  if (folder.empty()) return "";
  path = normal_path(std::string(folder) + "/" + std::string(printed));
  return !path.empty() && files.has_file(path) ? path : "";
}

}  // namespace

FileList::FileList(std::vector<std::string> paths) : paths_(std::move(paths)) {
  std::sort(paths_.begin(), paths_.end());
}

bool FileList::has_file(std::string_view path) const {
  return std::binary_search(paths_.begin(), paths_.end(), path, std::less<>());
}

std::string normal_path(std::string_view path) {
  std::string normal;
  while (!path.empty()) {
    std::size_t end = std::min(path.find('/'), path.size());
    std::string_view part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (normal.empty()) return "";
      std::size_t slash = normal.rfind('/');
      normal.erase(slash == std::string::npos ? 0 : slash);
      continue;
    }
    if (!normal.empty()) normal += '/';
    normal += part;
  }
  return normal;
}

std::string project_path(std::string_view printed, std::string_view folder,
                         const ProjectFiles& files) {
  if (printed.empty() || printed.size() > kMaxPathBytes) return "";
  std::string path = lookup(printed, folder, files);
  if (path.empty() && printed.find('\\') != std::string_view::npos) {
    std::string turned(printed);
    std::replace(turned.begin(), turned.end(), '\\', '/');
    path = lookup(turned, folder, files);
  }
  return path;
}

}  // namespace glovebox
