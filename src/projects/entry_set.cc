#include "projects/entry_set.h"

#include <algorithm>
#include <set>

#include "projects/unpack_budget.h"

namespace glovebox {
namespace {

Error given_twice(std::string_view path) {
  return refuse_entry(path, "appears twice");
}

Error two_kinds(std::string_view path, EntryKind a, EntryKind b) {
  bool link = a == EntryKind::kLink || b == EntryKind::kLink;
  bool file = a == EntryKind::kFile || b == EntryKind::kFile;
  if (!link) return refuse_entry(path, "is both a file and a folder");
  return refuse_entry(
      path, file ? "is both a file and a symbolic link" : "is both a folder and a symbolic link");
}

std::string_view parent_of(std::string_view path) {
  std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

}  // namespace

Result<void> EntrySet::count_path(std::size_t bytes) {
  path_bytes_ += bytes;
  if (path_bytes_ <= kMaxPathBytes) return ok();
  return refuse_archive(
             "its paths are longer than 16 MiB in total; upload a part of "
             "it")
      .with("limit", "pathBytes")
      .with("configured", kMaxPathBytes)
      .with("observed", path_bytes_);
}

Result<void> EntrySet::add_implied_folder(std::string_view path, std::vector<std::string>& made) {
  auto at = nodes_.find(path);
  if (at != nodes_.end()) {
    if (at->second.kind == EntryKind::kFolder) return ok();
    if (at->second.kind == EntryKind::kFile) {
      return two_kinds(path, EntryKind::kFile, EntryKind::kFolder);
    }
    return refuse_entry(path,
                        "is a symbolic link, and another entry would be written through it; "
                        "create the archive again");
  }
  if (++implied_folders_ > max_implied_folders_) {
    return refuse_archive("too many folders: more than " + std::to_string(max_implied_folders_))
        .with("limit", "entries")
        .with("configured", max_implied_folders_)
        .with("observed", implied_folders_);
  }
  GB_TRY_VOID(count_path(path.size()));
  nodes_.emplace(path, Node{EntryKind::kFolder, /*named=*/false});
  made.emplace_back(path);
  return ok();
}

Result<std::vector<std::string>> EntrySet::add(const RelativePath& path, EntryKind kind) {
  std::vector<std::string> made;
  std::string_view text = path.str();
  for (std::size_t slash = text.find('/'); slash != std::string_view::npos;
       slash = text.find('/', slash + 1)) {
    GB_TRY_VOID(add_implied_folder(text.substr(0, slash), made));
  }
  GB_TRY_VOID(count_path(text.size()));
  auto [at, fresh] = nodes_.try_emplace(path.str(), Node{kind, /*named=*/true});
  if (fresh) {
    if (kind == EntryKind::kFolder) made.push_back(path.str());
    return made;
  }
  Node& node = at->second;
  if (node.kind != kind) return two_kinds(text, node.kind, kind);
  if (kind != EntryKind::kFolder) return given_twice(text);
  if (!node.named) --implied_folders_;
  node.named = true;
  return made;
}

Result<std::vector<std::string>> EntrySet::add_link(const RelativePath& path, std::string target) {
  GB_TRY(std::vector<std::string> made, add(path, EntryKind::kLink));
  GB_TRY_VOID(count_path(target.size()));
  links_.emplace(path.str(), std::move(target));
  return made;
}

std::optional<EntryKind> EntrySet::kind_of(std::string_view path) const {
  auto at = nodes_.find(path);
  return at == nodes_.end() ? std::nullopt : std::optional(at->second.kind);
}

void EntrySet::remove_link(const std::string& path) {
  links_.erase(path);
  nodes_.erase(path);
}

std::string EntrySet::top_folder() const {
  // The first name in order is a top-level one, because the content of a folder sorts after it.
  if (nodes_.empty() || nodes_.begin()->second.kind != EntryKind::kFolder) return {};
  const std::string& top = nodes_.begin()->first;
  bool alone = std::all_of(nodes_.begin(), nodes_.end(), [&](const auto& node) {
    std::string_view path = node.first;
    return path.starts_with(top) && (path.size() == top.size() || path[top.size()] == '/');
  });
  return alone ? top : std::string();
}

std::vector<std::string> EntrySet::empty_folders() const {
  std::set<std::string_view> filled;
  for (const auto& [path, node] : nodes_) filled.insert(parent_of(path));
  std::vector<std::string> folders;
  for (const auto& [path, node] : nodes_) {
    if (node.kind == EntryKind::kFolder && !filled.contains(path)) folders.push_back(path);
  }
  return folders;
}

}  // namespace glovebox
