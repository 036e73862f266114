#include "projects/entry_set.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace glovebox {
namespace {

Error refused(std::string message) {
  return Error(ErrorKind::kUnprocessable, std::move(message));
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

Result<std::string> fold(std::string_view component) {
  std::string text(component);
  if (is_ascii(text)) {
    std::transform(text.begin(), text.end(), text.begin(), to_lower);
    return text;
  }
  struct Free {
    void operator()(utf8proc_uint8_t* p) const { std::free(p); }
  };
  std::unique_ptr<utf8proc_uint8_t, Free> folded(
      utf8proc_NFKC_Casefold(reinterpret_cast<const utf8proc_uint8_t*>(text.c_str())));
  if (folded == nullptr) return refused("'" + text + "' cannot be normalised");
  return std::string(reinterpret_cast<const char*>(folded.get()));
}

Error clash(std::string_view a, std::string_view b) {
  std::string message = a == b ? "'" + std::string(a) + "' is there twice"
                               : "'" + std::string(a) + "' and '" + std::string(b) +
                                     "' are the same name but for case or Unicode form; rename one";
  return refused(std::move(message)).with("entry", b);
}

Error file_and_folder(std::string_view path) {
  return refused("'" + std::string(path) + "' is both a file and a folder").with("entry", path);
}

}  // namespace

Result<void> EntrySet::add_implied_folder(const std::string& key, std::string_view path,
                                          std::vector<std::string>& made) {
  auto [at, fresh] = nodes_.try_emplace(key, Node{std::string(path), EntryKind::kFolder,
                                                  /*named=*/false, /*has_children=*/true});
  Node& node = at->second;
  if (!fresh) {
    if (node.path != path) return clash(node.path, path);
    if (node.kind == EntryKind::kFile) return file_and_folder(path);
    node.has_children = true;
    return ok();
  }
  if (++implied_folders_ > max_implied_folders_) {
    return refused("too many folders: more than " + std::to_string(max_implied_folders_))
        .with("limit", "entries")
        .with("configured", max_implied_folders_)
        .with("observed", implied_folders_);
  }
  made.emplace_back(path);
  return ok();
}

Result<std::vector<std::string>> EntrySet::add(const RelativePath& path, EntryKind kind) {
  std::vector<std::string> made;
  std::string key;
  std::size_t end = 0;
  std::vector<std::string_view> components = path.components();
  for (std::string_view component : components) {
    GB_TRY(std::string folded, fold(component));
    key.append(folded).push_back('\0');
    end += component.size();
    if (end == path.str().size()) break;
    GB_TRY_VOID(add_implied_folder(key, std::string_view(path.str()).substr(0, end), made));
    ++end;  // the '/'
  }
  auto [at, fresh] = nodes_.try_emplace(key, Node{path.str(), kind, true, false});
  if (fresh) {
    if (kind == EntryKind::kFolder) made.push_back(path.str());
    return made;
  }
  Node& node = at->second;
  if (node.path != path.str()) return clash(node.path, path.str());
  if (node.kind != kind) return file_and_folder(path.str());
  if (node.named) return clash(node.path, path.str());
  node.named = true;
  --implied_folders_;
  return made;
}

std::vector<std::string> EntrySet::empty_folders() const {
  std::vector<std::string> folders;
  for (const auto& [key, node] : nodes_) {
    if (node.kind == EntryKind::kFolder && !node.has_children) folders.push_back(node.path);
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

}  // namespace glovebox
