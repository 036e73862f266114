// Trees in memory: an archive becomes one file named "file" with the archive's content. Any thread.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "projects/project_store.h"

namespace glovebox {

class MemoryProjectStore final : public ProjectStore {
 public:
  const ArchiveLimits& limits() const override { return limits_; }
  std::filesystem::path trees_dir() const override { return "/nowhere"; }

  Result<UniqueFd> create_upload() override {
    return UniqueFd(::memfd_create("upload", MFD_CLOEXEC));
  }
  using ProjectStore::add_archive;
  Result<ProjectTree> add_archive(int archive_fd, const ArchiveOptions&) override {
    std::string content(1 << 16, '\0');
    ssize_t n = ::pread(archive_fd, content.data(), content.size(), 0);
    if (n < 0) return Error::from_errno("pread", "upload", errno);
    content.resize(static_cast<std::size_t>(n));
    if (content == "hostile") return Error(ErrorKind::kUnprocessable, "refused");
    return add(content);
  }
  Result<ProjectTree> add_directory(const std::filesystem::path& directory) override {
    return add(directory.string());
  }
  Result<ProjectTree> tree(std::string_view sha256) const override {
    std::lock_guard lock(mutex_);
    auto found = trees_.find(std::string(sha256));
    if (found == trees_.end()) return not_found("no such tree");
    ProjectTree tree;
    tree.sha256 = found->first;
    tree.total_bytes = static_cast<std::int64_t>(found->second.size());
    tree.files.push_back({"file", tree.total_bytes, false});
    return tree;
  }
  Result<ByteCount> allocated(std::string_view sha256) const override {
    GB_TRY(ProjectTree found, tree(sha256));
    return ByteCount(static_cast<std::uint64_t>(found.total_bytes));
  }
  Result<UniqueFd> open_file(std::string_view sha256, std::string_view path) const override {
    if (on_open) on_open();
    std::lock_guard lock(mutex_);
    auto found = trees_.find(std::string(sha256));
    if (found == trees_.end() || path != "file") return not_found("no such file");
    UniqueFd fd(::memfd_create("file", MFD_CLOEXEC));
    if (::pwrite(fd.get(), found->second.data(), found->second.size(), 0) < 0) {
      return Error::from_errno("pwrite", "file", errno);
    }
    return fd;
  }
  Result<void> remove(std::string_view sha256) override {
    if (on_remove) on_remove();
    std::lock_guard lock(mutex_);
    trees_.erase(std::string(sha256));
    return ok();
  }

  Result<std::vector<std::string>> trees() const override {
    std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [name, content] : trees_) names.push_back(name);
    return names;
  }
  std::size_t tree_count() const {
    std::lock_guard lock(mutex_);
    return trees_.size();
  }
  // The state left by a process that was killed before it recorded its project.
  void leave_behind(const std::string& content) { (void)add(content); }
  // Called on the pool's thread, before a file is opened and before a tree is removed.
  std::function<void()> on_open;
  std::function<void()> on_remove;

 private:
  Result<ProjectTree> add(const std::string& content) {
    std::string name = "sha-" + std::to_string(std::hash<std::string>{}(content));
    {
      std::lock_guard lock(mutex_);
      trees_[name] = content;
    }
    ProjectTree tree;
    tree.sha256 = name;
    tree.total_bytes = static_cast<std::int64_t>(content.size());
    tree.files.push_back({"file", tree.total_bytes, false});
    return tree;
  }

  ArchiveLimits limits_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> trees_;
};

}  // namespace glovebox
