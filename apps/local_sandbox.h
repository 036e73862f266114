// What `run` and `exec` need on this machine: a scratch folder with a project store, and a launcher
// with a slot for each job that may run at once.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cli/settings.h"
#include "model/project.h"
#include "projects/project_store.h"
#include "sandbox/pool/launcher_process.h"
#include "scratch_dir.h"

namespace glovebox {

struct LocalSandbox {
  ScratchDir scratch;
  std::unique_ptr<ProjectStore> store;
  LauncherProcess launcher;

  // Call before any thread. kUser if the host does not meet the settings' requirements.
  static Result<LocalSandbox> open(const Settings& settings, std::size_t slots = 1);
};

// LauncherOptions::roots_dir: empty where there are no images.
std::filesystem::path roots_of_images(const Settings& settings);

ArchiveLimits archive_limits(const Settings& settings);

// A project to be stored. A directory is copied with the user's own rights. An archive is only
// opened; it is parsed after this process is restricted.
struct ProjectSource {
  std::optional<ProjectTree> tree;
  UniqueFd archive;
  std::string file_name;  // for an archive
};
Result<ProjectSource> open_project(ProjectStore& store, const std::filesystem::path& path);
Result<ProjectTree> store_project(ProjectStore& store, ProjectSource source);
// The record of a stored project in a service that ends with this process.
Project local_project(const ProjectTree& tree, const std::string& name, const ClientId& owner,
                      WallTime now);

// Restricts this process to the scratch folder and the folder for artifacts, which is created;
// empty: none. It may still read what is in `read_only`.
Result<void> confine_local(const ScratchDir& scratch, const std::filesystem::path& artifacts_dir,
                           const std::vector<std::filesystem::path>& read_only = {});

}  // namespace glovebox
