// Projects and Artifacts for the tests of the transport: files in memory.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "execution/artifacts.h"
#include "execution/projects.h"

namespace glovebox {

// One project, "prj_1". Its functions are called on the loop's thread; a test may call its setters
// and getters on any thread.
class FakeProjects final : public Projects {
 public:
  struct Uploaded {
    ClientId owner;
    std::string name;
    std::string content;
    ArchiveOptions options;
  };
  void set_file(const std::string& path, std::string content);
  void limit_storage(ByteCount quota);
  std::vector<Uploaded> uploaded() const;
  std::size_t uploads_begun() const;

  Awaitable<Result<StorageLedger::Room>> make_room(ClientId owner, ByteCount bytes) override;
  Awaitable<Result<UniqueFd>> create_upload() override;
  Awaitable<Result<Project>> add(ClientId owner, std::string name, UniqueFd archive,
                                 ArchiveOptions options) override;
  Awaitable<Result<Project>> add_example(ClientId owner, ToolId tool, std::string example) override;
  Awaitable<Result<ProjectDetails>> details(ClientId caller, ProjectId id) override;
  Awaitable<Result<UniqueFd>> open_file(ClientId caller, ProjectId id, std::string path) override;
  Awaitable<Result<void>> remove(ClientId caller, ProjectId id) override;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> files_;
  SystemClock clock_;
  std::unique_ptr<StorageLedger> storage_;
  std::vector<Uploaded> uploaded_;
  std::size_t uploads_begun_ = 0;
};

// The same files for every job.
class FakeArtifacts final : public Artifacts {
 public:
  void set_file(const std::string& path, std::string content);
  // The pieces of every job's zip; an empty one is a failure.
  void set_zip(std::vector<std::string> pieces);

  Awaitable<Result<UniqueFd>> open(ClientId caller, JobId job, std::string path) override;
  Awaitable<Result<std::unique_ptr<ArtifactZip>>> zip(ClientId caller, JobId job) override;

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> files_;
  std::vector<std::string> zip_;
};

}  // namespace glovebox
