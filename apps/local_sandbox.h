// What `run` and `exec` need on this machine: a scratch folder, a project store in it, and a
// launcher with one slot.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "base/result.h"
#include "cli/settings.h"
#include "projects/project_store.h"
#include "sandbox/pool/launcher_process.h"
#include "scratch_dir.h"

namespace glovebox {

struct LocalSandbox {
  ScratchDir scratch;
  std::unique_ptr<ProjectStore> store;
  LauncherProcess launcher;

  // Call before any thread. kUser where the host lacks what the settings require.
  static Result<LocalSandbox> open(const Settings& settings);
};

ArchiveLimits archive_limits(const Settings& settings);

// A project on its way into the store. A directory is copied with the user's own rights; an archive
// is only opened, and parsed once this process is confined.
struct ProjectSource {
  std::optional<ProjectTree> tree;
  UniqueFd archive;
  std::string file_name;  // of the archive
};
Result<ProjectSource> open_project(ProjectStore& store, const std::filesystem::path& path);
Result<ProjectTree> store_project(ProjectStore& store, ProjectSource source);

// Leaves this process the scratch folder and the one for artifacts, which is made; empty: none.
Result<void> confine_local(const LocalSandbox& local, const std::filesystem::path& artifacts_dir);

}  // namespace glovebox
