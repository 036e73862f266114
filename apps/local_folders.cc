#include "local_folders.h"

#include <fmt/format.h>

#include <functional>
#include <utility>

#include "base/log.h"
#include "execution/async/blocking.h"
#include "local_sandbox.h"

namespace glovebox {
namespace {

// A client names the folder again for its next call; old copies only take room.
constexpr std::chrono::minutes kCopyKept{15};

bool is_within(const std::filesystem::path& path, const std::filesystem::path& root) {
  auto [in_root, in_path] = std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  return in_root == root.end();
}

}  // namespace

Result<LocalFolders> LocalFolders::open(const std::vector<std::string>& folders) {
  LocalFolders opened;
  for (const std::string& folder : folders) {
    std::error_code code;
    std::filesystem::path path = std::filesystem::canonical(folder, code);
    if (!code && std::filesystem::is_directory(path, code)) {
      opened.roots_.push_back(std::move(path));
      continue;
    }
    return Error(ErrorKind::kUser, fmt::format("{}: {}", escape_for_log(folder),
                                               code ? code.message() : "is not a folder"));
  }
  return opened;
}

std::string LocalFolders::text() const {
  if (roots_.empty()) return "";
  std::string text = "Or a folder of this machine, which is read again for each call:";
  for (const std::filesystem::path& root : roots_) {
    text += fmt::format(" {}", escape_for_log(root.native()));
  }
  return text + ", or one below it.";
}

std::optional<std::filesystem::path> LocalFolders::find(const std::string& text) const {
  std::filesystem::path asked(text);
  if (!asked.is_absolute()) return std::nullopt;
  std::error_code code;
  std::filesystem::path path = std::filesystem::canonical(asked, code);
  if (code || !std::filesystem::is_directory(path, code)) return std::nullopt;
  for (const std::filesystem::path& root : roots_) {
    if (is_within(path, root)) return path;
  }
  return std::nullopt;
}

Awaitable<Result<ProjectId>> add_local_folder(boost::asio::thread_pool& pool, ProjectStore& store,
                                              ProjectRecords& records, const Clock& clock,
                                              ClientId owner, std::filesystem::path folder) {
  std::function<Result<ProjectTree>()> copy = [&store, folder] {
    return store.add_directory(folder);
  };
  GB_CO_TRY(ProjectTree tree, co_await run_blocking(pool, std::move(copy)));
  Project project = local_project(tree, folder.filename().native(), owner, clock.wall_now());
  project.expires_at = clock.wall_now() + kCopyKept;
  ProjectId id = project.id;
  GB_CO_TRY_VOID(co_await records.add_project(std::move(project)));
  co_return id;
}

}  // namespace glovebox
