#include "projects/tree_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/log.h"
#include "base/os.h"
#include "base/random.h"
#include "base/tree_folder.h"
#include "projects/entry_name.h"
#include "projects/link_resolver.h"
#include "projects/shebang.h"

namespace glovebox {
namespace {

constexpr std::size_t kLongestTarget = RelativePath::kMaxBytes;
constexpr std::size_t kBlock = 64 << 10;

std::string_view below(std::string_view path, std::string_view root) {
  return root.empty() ? path : path.substr(root.size() + 1);
}

// Why a target cannot be a link's target; empty if it can.
std::string problem_of(const std::string& target) {
  if (target.empty()) return "is a symbolic link without a target and is left out";
  if (target.size() > kLongestTarget) {
    return "is a symbolic link with a target of more than 1024 bytes and is left out";
  }
  auto characters = check_path_characters(target);
  if (!characters.has_error()) return {};
  return "is a symbolic link whose target " + characters.error().message() + "; it is left out";
}

std::string left_out(LinkFate fate, const std::string& target) {
  return fmt::format(
      "is a symbolic link to '{}', which {}; it is left out", target,
      fate == LinkFate::kAbsolute ? "leads to an absolute path" : "leads out of the project");
}

}  // namespace

Result<std::unique_ptr<TreeWriter>> TreeWriter::create(int parent_fd, UnpackBudget& budget) {
  std::string name = random_id("tree_");
  GB_TRY_VOID(os::check(::mkdirat(parent_fd, name.c_str(), 0700), "mkdir", name));
  auto root = open_folder_below(parent_fd, name);
  if (root.has_error()) {
    ::unlinkat(parent_fd, name.c_str(), AT_REMOVEDIR);
    return std::move(root).error();
  }
  std::unique_ptr<TreeWriter> writer(
      new TreeWriter(parent_fd, budget, std::move(name), std::move(root).value()));
  GB_TRY_VOID(os::check(::fchmod(writer->root_.get(), 0755), "chmod", writer->own_name_));
  GB_TRY_VOID(writer->enter(""));
  return writer;
}

TreeWriter::TreeWriter(int parent_fd, UnpackBudget& budget, std::string folder_name, UniqueFd root)
    : parent_fd_(parent_fd),
      budget_(budget),
      own_name_(std::move(folder_name)),
      finished_name_(own_name_),
      root_(std::move(root)),
      entries_(budget.limits().entries) {}

TreeWriter::~TreeWriter() {
  if (kept_) return;
  auto removed = remove_below(parent_fd_, own_name_);
  if (removed.has_error()) {
    spdlog::warn("cannot remove an unfinished tree: {}", removed.error().message());
  }
}

// If a top folder was removed, the folder around it still exists and is empty.
void TreeWriter::keep() {
  kept_ = finished_name_ == own_name_;
}

Result<void> TreeWriter::enter(std::string_view folder) {
  if (current_fd_.valid() && folder == current_folder_) return ok();
  GB_TRY(current_fd_, open_folder_below(root_.get(), folder));
  current_folder_ = folder;
  return ok();
}

// mkdir(2) and open(2) use the umask of the process, which we must not change; hence fchmod.
Result<void> TreeWriter::make_folders(const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    std::size_t slash = folder.rfind('/');
    GB_TRY_VOID(enter(slash == std::string::npos ? std::string_view()
                                                 : std::string_view(folder).substr(0, slash)));
    std::string name = folder.substr(slash + 1);
    GB_TRY_VOID(os::check(::mkdirat(current_fd_.get(), name.c_str(), 0755), "mkdir", folder));
    GB_TRY_VOID(enter(folder));
    GB_TRY_VOID(os::check(::fchmod(current_fd_.get(), 0755), "chmod", folder));
  }
  return ok();
}

Result<void> TreeWriter::add_folder(const RelativePath& path) {
  GB_TRY(std::vector<std::string> folders, entries_.add(path, EntryKind::kFolder));
  return make_folders(folders);
}

Result<void> TreeWriter::begin_file(const RelativePath& path, FileMode mode) {
  GB_TRY(std::vector<std::string> folders, entries_.add(path, EntryKind::kFile));
  GB_TRY_VOID(make_folders(folders));
  GB_TRY_VOID(enter(path.parent()));
  unsigned bits = mode.executable ? 0755 : 0644;
  GB_TRY(file_, os::openat(current_fd_.get(), std::string(path.name()),
                           O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, bits));
  GB_TRY_VOID(os::check(::fchmod(file_.get(), bits), "chmod", path.str()));
  files_.push_back({ProjectFile{path.str(), 0, mode.executable}, {}});
  head_.clear();
  budget_.start_file();
  return ok();
}

Result<void> TreeWriter::write(std::span<const std::uint8_t> bytes) {
  ProjectFile& file = files_.back().file;
  GB_TRY_VOID(budget_.count_bytes(file.path, bytes.size()));
  content_.update(bytes);
  file.size_bytes += static_cast<std::int64_t>(bytes.size());
  std::size_t wanted = std::min(kShebangBytes - head_.size(), bytes.size());
  head_.append(reinterpret_cast<const char*>(bytes.data()), wanted);
  while (!bytes.empty()) {
    ssize_t n = ::write(file_.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    GB_TRY_VOID(os::check(n, "write", file.path));
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return ok();
}

Result<void> TreeWriter::write_zeros(std::uint64_t count) {
  static constexpr std::array<std::uint8_t, kBlock> kZeros{};
  while (count > 0) {
    std::size_t size = std::min<std::uint64_t>(count, kZeros.size());
    GB_TRY_VOID(write(std::span(kZeros).first(size)));
    count -= size;
  }
  return ok();
}

Result<void> TreeWriter::end_file() {
  files_.back().content_sha256 = content_.finish();
  files_.back().file.interpreter = interpreter_of(head_);
  file_.reset();
  return ok();
}

Result<void> TreeWriter::add_link(const RelativePath& path, std::string target) {
  if (target.find('\0') != std::string::npos) {
    return refuse_entry(path.str(), "is a symbolic link whose target contains a NUL byte");
  }
  // Even if the link is left out, nothing may be written through it.
  GB_TRY(std::vector<std::string> folders, entries_.add_link(path, std::move(target)));
  return make_folders(folders);
}

Result<void> TreeWriter::add_copy(const RelativePath& path, const RelativePath& of) {
  std::optional<EntryKind> kind = entries_.kind_of(of.str());
  if (kind == EntryKind::kLink) {
    std::string target = entries_.links().find(of.str())->second;
    return add_link(path, std::move(target));
  }
  if (kind != EntryKind::kFile) return not_found("file or link not found");
  return copy_file(path, of);
}

Result<void> TreeWriter::copy_file(const RelativePath& path, const RelativePath& of) {
  GB_TRY(UniqueFd folder, open_folder_below(root_.get(), of.parent()));
  GB_TRY(UniqueFd from, os::openat(folder.get(), std::string(of.name()), O_RDONLY | O_NOFOLLOW));
  struct stat status;
  GB_TRY_VOID(os::check(::fstat(from.get(), &status), "fstat", of.str()));
  GB_TRY_VOID(begin_file(path, FileMode{.executable = is_executable(status.st_mode)}));
  std::vector<std::uint8_t> block(kBlock);
  while (true) {
    ssize_t n = ::read(from.get(), block.data(), block.size());
    if (n < 0 && errno == EINTR) continue;
    GB_TRY_VOID(os::check(n, "read", of.str()));
    if (n == 0) return end_file();
    GB_TRY_VOID(write(std::span(block).first(static_cast<std::size_t>(n))));
  }
}

// Below `root`, which becomes the project. Returns the existing links, sorted by path.
Result<std::vector<ProjectLink>> TreeWriter::make_links(std::string_view root) {
  LinkMap in_project;
  for (const auto& [path, target] : entries_.links()) in_project.emplace(below(path, root), target);
  LinkResolver resolver(in_project);
  std::vector<ProjectLink> made;
  for (const auto& [path, target] : in_project) {
    GB_TRY_VOID(budget_.check_time());
    std::string whole = root.empty() ? path : std::string(root) + '/' + path;
    std::string problem = problem_of(target);
    if (problem.empty()) {
      GB_TRY(LinkFate fate, resolver.fate_of(path, target));
      if (fate != LinkFate::kInside) problem = left_out(fate, target);
    }
    if (!problem.empty()) {
      warnings_.add(whole, problem);
      entries_.remove_link(whole);
      continue;
    }
    std::size_t slash = whole.rfind('/');
    GB_TRY_VOID(enter(slash == std::string::npos ? std::string_view()
                                                 : std::string_view(whole).substr(0, slash)));
    std::string name = whole.substr(slash + 1);
    GB_TRY_VOID(
        os::check(::symlinkat(target.c_str(), current_fd_.get(), name.c_str()), "symlink", whole));
    made.push_back({path, target});
  }
  return made;
}

Result<ProjectTree> TreeWriter::finish(TopFolder top) {
  if (files_.empty()) {
    return refuse_archive("it contains no file, only empty folders or links, or nothing at all");
  }
  ProjectTree tree;
  if (top == TopFolder::kTakenOff) tree.notes.root = entries_.top_folder();
  const std::string& root = tree.notes.root;
  if (!root.empty()) finished_name_ = own_name_ + '/' + root;
  GB_TRY(tree.links, make_links(root));
  std::vector<std::string> empty_folders = entries_.empty_folders();
  for (std::string& folder : empty_folders) folder = below(folder, root);
  for (HashedFile& hashed : files_) hashed.file.path = below(hashed.file.path, root);
  std::sort(files_.begin(), files_.end(),
            [](const HashedFile& a, const HashedFile& b) { return a.file.path < b.file.path; });
  tree.sha256 = tree_sha256(files_, empty_folders, tree.links);
  tree.files.reserve(files_.size());
  for (HashedFile& hashed : files_) {
    tree.total_bytes += hashed.file.size_bytes;
    tree.files.push_back(std::move(hashed.file));
  }
  warnings_.finish(tree.notes);
  return tree;
}

}  // namespace glovebox
