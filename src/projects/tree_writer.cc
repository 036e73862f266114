#include "projects/tree_writer.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/log.h"
#include "base/os.h"
#include "base/random.h"
#include "base/tree_folder.h"

namespace glovebox {

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
  GB_TRY_VOID(os::check(::fchmod(writer->root_.get(), 0755), "chmod", writer->folder_name_));
  GB_TRY_VOID(writer->enter(""));
  return writer;
}

TreeWriter::TreeWriter(int parent_fd, UnpackBudget& budget, std::string folder_name, UniqueFd root)
    : parent_fd_(parent_fd),
      budget_(budget),
      folder_name_(std::move(folder_name)),
      root_(std::move(root)),
      entries_(budget.limits().entries) {}

TreeWriter::~TreeWriter() {
  if (kept_) return;
  auto removed = remove_below(parent_fd_, folder_name_);
  if (removed.has_error()) {
    spdlog::warn("unfinished tree stays behind: {}", removed.error().message());
  }
}

Result<void> TreeWriter::enter(std::string_view folder) {
  if (current_fd_.valid() && folder == current_folder_) return ok();
  GB_TRY(current_fd_, open_folder_below(root_.get(), folder));
  current_folder_ = folder;
  return ok();
}

// mkdir(2) and open(2) obey the umask of the process, which is not ours to change; so fchmod.
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
  budget_.start_file();
  return ok();
}

Result<void> TreeWriter::write(std::span<const std::uint8_t> bytes) {
  ProjectFile& file = files_.back().file;
  GB_TRY_VOID(budget_.count_bytes(file.path, bytes.size()));
  content_.update(bytes);
  file.size_bytes += static_cast<std::int64_t>(bytes.size());
  while (!bytes.empty()) {
    ssize_t n = ::write(file_.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    GB_TRY_VOID(os::check(n, "write", file.path));
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return ok();
}

Result<void> TreeWriter::end_file() {
  files_.back().content_sha256 = content_.finish();
  file_.reset();
  return ok();
}

Result<ProjectTree> TreeWriter::finish() {
  if (files_.empty()) return refuse_archive("there is no file in it");
  std::sort(files_.begin(), files_.end(),
            [](const HashedFile& a, const HashedFile& b) { return a.file.path < b.file.path; });
  ProjectTree tree;
  tree.sha256 = tree_sha256(files_, entries_.empty_folders());
  tree.files.reserve(files_.size());
  for (HashedFile& hashed : files_) {
    tree.total_bytes += hashed.file.size_bytes;
    tree.files.push_back(std::move(hashed.file));
  }
  return tree;
}

}  // namespace glovebox
