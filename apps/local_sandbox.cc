#include "local_sandbox.h"

#include <fcntl.h>
#include <fmt/format.h>

#include "base/log.h"
#include "base/os.h"
#include "cli/requirements.h"
#include "confinement.h"
#include "images/image_folders.h"
#include "tool_folders.h"

namespace glovebox {

Result<LocalSandbox> LocalSandbox::open(const Settings& settings, std::size_t slots) {
  GB_TRY(ScratchDir scratch, ScratchDir::make());
  GB_TRY(auto store, ProjectStore::open(scratch.path() / "projects", archive_limits(settings)));
  LauncherOptions options;
  options.slots = slots;
  options.project_root = store->trees_dir();
  options.work_root = scratch.path() / "work";
  options.roots_dir = roots_of_images(settings);
  options.end_orphans = true;
  GB_TRY(LauncherProcess launcher, LauncherProcess::spawn(options));
  GB_TRY_VOID(
      check_requirements(launcher.isolation(), settings.require_tier, settings.require_layers));
  return LocalSandbox{std::move(scratch), std::move(store), std::move(launcher)};
}

std::filesystem::path roots_of_images(const Settings& settings) {
  ImageFolders folders(images_dir(settings));
  return !folders.dir().empty() && folders.exist() ? folders.roots() : std::filesystem::path();
}

ArchiveLimits archive_limits(const Settings& settings) {
  ArchiveLimits limits;
  limits.upload = settings.upload_bytes;
  limits.unpacked = settings.unpacked_bytes;
  limits.file = settings.file_bytes;
  limits.entries = settings.archive_entries;
  limits.ratio = settings.archive_ratio;
  return limits;
}

Result<ProjectSource> open_project(ProjectStore& store, const std::filesystem::path& path) {
  ProjectSource source;
  std::error_code code;
  std::filesystem::file_status status = std::filesystem::status(path, code);
  if (status.type() == std::filesystem::file_type::directory) {
    GB_TRY(source.tree, store.add_directory(path));
    return source;
  }
  if (status.type() != std::filesystem::file_type::regular) {
    return Error(ErrorKind::kUser,
                 fmt::format("{}: {}", escape_for_log(path.native()),
                             code ? code.message() : "is neither a directory nor a regular file"));
  }
  auto archive = os::open(path, O_RDONLY);
  if (archive.has_error()) return std::move(archive).error().with_kind(ErrorKind::kNotFound);
  source.archive = std::move(archive).value();
  source.file_name = path.filename();
  return source;
}

Result<ProjectTree> store_project(ProjectStore& store, ProjectSource source) {
  if (source.tree) return *std::move(source.tree);
  ArchiveOptions options;
  options.file_name = std::move(source.file_name);
  return store.add_archive(source.archive.get(), options);
}

Project local_project(const ProjectTree& tree, const std::string& name, const ClientId& owner,
                      WallTime now) {
  Project project;
  project.id = new_project_id();
  project.owner = owner;
  project.name = name;
  project.sha256 = tree.sha256;
  project.file_count = static_cast<std::int64_t>(tree.files.size());
  project.total_bytes = tree.total_bytes;
  project.created_at = now;
  project.expires_at = now + std::chrono::hours(24 * 365);
  return project;
}

Result<void> confine_local(const ScratchDir& scratch, const std::filesystem::path& artifacts_dir,
                           const std::vector<std::filesystem::path>& read_only) {
  ConfinementPlan plan;
  plan.read_write = {scratch.path(), "/dev/null"};
  plan.remove_folders = {scratch.path().parent_path()};
  plan.read_only = {"/usr", "/lib", "/lib64", "/etc", "/dev/urandom"};
  plan.read_only.insert(plan.read_only.end(), read_only.begin(), read_only.end());
  if (!artifacts_dir.empty()) {
    std::error_code code;
    std::filesystem::create_directories(artifacts_dir, code);
    if (code) {
      return Error(ErrorKind::kUser,
                   fmt::format("{}: {}", escape_for_log(artifacts_dir.native()), code.message()));
    }
    plan.read_write.push_back(artifacts_dir);
  }
  return confine_this_process(plan);
}

}  // namespace glovebox
