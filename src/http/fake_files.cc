#include "http/fake_files.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace glovebox {
namespace {

UniqueFd memory_file(const std::string& content) {
  UniqueFd fd(::memfd_create("glovebox-test", MFD_CLOEXEC));
  if (::write(fd.get(), content.data(), content.size()) < 0) throw std::runtime_error("write");
  // The same file each time.
  timespec times[2] = {{1, 2}, {1, 2}};
  if (::futimens(fd.get(), times) != 0) throw std::runtime_error("futimens");
  return fd;
}

std::string read_file(int fd) {
  std::string content;
  std::string piece(1 << 16, '\0');
  off_t at = 0;
  while (true) {
    ssize_t got = ::pread(fd, piece.data(), piece.size(), at);
    if (got <= 0) return content;
    content.append(piece, 0, static_cast<std::size_t>(got));
    at += got;
  }
}

Project some_project(const ClientId& owner, const std::string& name) {
  Project project;
  project.id = ProjectId("prj_1");
  project.owner = owner;
  project.name = name;
  project.file_count = 1;
  return project;
}

class FakeZip final : public ArtifactZip {
 public:
  explicit FakeZip(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}

  Awaitable<Result<std::string>> next() override {
    if (told_ == pieces_.size()) co_return "";
    if (pieces_[told_].empty()) co_return internal_error("a file went away");
    co_return pieces_[told_++];
  }

 private:
  std::vector<std::string> pieces_;
  std::size_t told_ = 0;
};

}  // namespace

void FakeProjects::set_file(const std::string& path, std::string content) {
  std::lock_guard lock(mutex_);
  files_[path] = std::move(content);
}

void FakeProjects::limit_storage(ByteCount quota) {
  std::lock_guard lock(mutex_);
  StorageLimits limits;
  limits.quota = quota;
  storage_ = std::make_unique<StorageLedger>(limits, clock_, StorageLedger::DiskProbe());
}

std::vector<FakeProjects::Uploaded> FakeProjects::uploaded() const {
  std::lock_guard lock(mutex_);
  return uploaded_;
}

std::size_t FakeProjects::uploads_begun() const {
  std::lock_guard lock(mutex_);
  return uploads_begun_;
}

Awaitable<Result<StorageLedger::Room>> FakeProjects::make_room(ClientId owner, ByteCount bytes) {
  std::lock_guard lock(mutex_);
  if (!storage_) co_return StorageLedger::Room();
  co_return storage_->reserve(owner, bytes);
}

Awaitable<Result<UniqueFd>> FakeProjects::create_upload() {
  std::lock_guard lock(mutex_);
  ++uploads_begun_;
  co_return memory_file("");
}

Awaitable<Result<Project>> FakeProjects::add(ClientId owner, std::string name, UniqueFd archive,
                                             ArchiveOptions options) {
  std::lock_guard lock(mutex_);
  uploaded_.push_back(Uploaded{owner, name, read_file(archive.get()), std::move(options)});
  co_return some_project(owner, name);
}

Awaitable<Result<Project>> FakeProjects::add_example(ClientId owner, ToolId tool,
                                                     std::string example) {
  if (tool.str() != "cppcheck") co_return not_found("There is no such tool.");
  if (example != "leak") co_return not_found("Example not found.");
  co_return some_project(owner, example);
}

Awaitable<Result<ProjectDetails>> FakeProjects::details(ClientId caller, ProjectId id) {
  if (id.str() != "prj_1") co_return not_found("Project not found.");
  ProjectDetails details;
  details.project = some_project(caller, "project");
  std::lock_guard lock(mutex_);
  for (const auto& [path, content] : files_) {
    ProjectFile file;
    file.path = path;
    file.size_bytes = static_cast<std::int64_t>(content.size());
    details.files.push_back(file);
  }
  details.links.push_back({"link", "a/target"});
  co_return details;
}

Awaitable<Result<UniqueFd>> FakeProjects::open_file(ClientId, ProjectId, std::string path) {
  std::lock_guard lock(mutex_);
  auto found = files_.find(path);
  if (found == files_.end()) co_return not_found("The project has no file \"" + path + "\".");
  co_return memory_file(found->second);
}

Awaitable<Result<void>> FakeProjects::remove(ClientId, ProjectId id) {
  if (id.str() != "prj_1") co_return not_found("Project not found.");
  co_return ok();
}

void FakeArtifacts::set_file(const std::string& path, std::string content) {
  std::lock_guard lock(mutex_);
  files_[path] = std::move(content);
}

void FakeArtifacts::set_zip(std::vector<std::string> pieces) {
  std::lock_guard lock(mutex_);
  zip_ = std::move(pieces);
}

Awaitable<Result<UniqueFd>> FakeArtifacts::open(ClientId, JobId, std::string path) {
  std::lock_guard lock(mutex_);
  auto found = files_.find(path);
  if (found == files_.end()) co_return not_found("The job has no file \"" + path + "\".");
  co_return memory_file(found->second);
}

Awaitable<Result<std::unique_ptr<ArtifactZip>>> FakeArtifacts::zip(ClientId, JobId) {
  std::lock_guard lock(mutex_);
  if (zip_.empty()) co_return not_found("There are no files.");
  std::unique_ptr<ArtifactZip> zip = std::make_unique<FakeZip>(zip_);
  co_return zip;
}

}  // namespace glovebox
