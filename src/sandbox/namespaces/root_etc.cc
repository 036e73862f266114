// The /etc of a job: generated users and hosts, and copies of the few files of the host that
// programs below /usr need. Copies instead of bind mounts: each bind mount would slow down every
// job.
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <memory>

#include "base/os.h"
#include "sandbox/namespaces/root_tree.h"
#include "sandbox/shared_etc.h"

namespace glovebox {
namespace {

// Java's security folder is among the largest, with about 200 files and 100 KiB.
constexpr int kMaxFiles = 4000;
constexpr off_t kMaxFile = 1 << 20;
constexpr int kMaxDepth = 6;

Result<void> copy_file(const std::string& from, const std::string& to) {
  Result<UniqueFd> source = os::open(from, O_RDONLY | O_NOFOLLOW);
  if (source.has_error()) return ok();  // what we may not read, a job may not read either
  struct stat status;
  GB_TRY_VOID(os::check(::fstat(source->get(), &status), "fstat", from));
  if (!S_ISREG(status.st_mode) || status.st_size > kMaxFile) return ok();
  GB_TRY(UniqueFd target, os::open(to, O_CREAT | O_EXCL | O_WRONLY, 0644));
  off_t done = 0;
  while (done < status.st_size) {
    ssize_t n = ::sendfile(target.get(), source->get(), &done,
                           static_cast<std::size_t>(status.st_size - done));
    GB_TRY_VOID(os::check(n, "sendfile", to));
    if (n == 0) break;
  }
  return ok();
}

Result<void> copy_link(const std::string& from, const std::string& to) {
  char link[PATH_MAX];
  ssize_t length = ::readlink(from.c_str(), link, sizeof link - 1);
  GB_TRY_VOID(os::check(length, "readlink", from));
  link[length] = '\0';
  return os::check(::symlink(link, to.c_str()), "symlink", to);
}

unsigned char type_of(const std::string& path) {
  struct stat status;
  if (::lstat(path.c_str(), &status) != 0) return DT_UNKNOWN;
  return static_cast<unsigned char>(IFTODT(status.st_mode));
}

// `type`: as returned by readdir(3).
Result<void> copy_tree(const std::string& from, const std::string& to, unsigned char type,
                       int depth, int& budget) {
  if (depth > kMaxDepth || --budget < 0) return ok();
  if (type == DT_UNKNOWN) type = type_of(from);
  if (type == DT_LNK) return copy_link(from, to);
  if (type == DT_REG) return copy_file(from, to);
  if (type != DT_DIR) return ok();
  GB_TRY_VOID(os::ensure_dir(to, 0755));
  std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(from.c_str()), ::closedir);
  if (!dir) return ok();
  while (const dirent* entry = ::readdir(dir.get())) {
    std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    GB_TRY_VOID(copy_tree(fmt::format("{}/{}", from, name), fmt::format("{}/{}", to, name),
                          entry->d_type, depth + 1, budget));
  }
  return ok();
}

Result<void> write_text(const std::string& path, std::string_view text) {
  GB_TRY(UniqueFd fd, os::open(path, O_CREAT | O_EXCL | O_WRONLY, 0644));
  return os::write_fd(fd.get(), text, path);
}

Result<void> write_identity(const std::string& etc) {
  GB_TRY_VOID(write_text(etc + "/passwd",
                         "root:x:0:0:root:/root:/usr/sbin/nologin\n"
                         "glovebox:x:1000:1000:glovebox:/tmp:/bin/sh\n"
                         "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n"));
  GB_TRY_VOID(write_text(etc + "/group", "root:x:0:\nglovebox:x:1000:\nnogroup:x:65534:\n"));
  GB_TRY_VOID(write_text(etc + "/hosts", "127.0.0.1 localhost glovebox\n::1 localhost glovebox\n"));
  GB_TRY_VOID(write_text(etc + "/hostname", "glovebox\n"));
  return write_text(etc + "/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n");
}

}  // namespace

Result<void> build_etc() {
  std::string etc = in_new_root("/etc");
  GB_TRY_VOID(write_identity(etc));
  for (const char* parent : {"/ssl", "/ssl/certs"}) GB_TRY_VOID(os::ensure_dir(etc + parent, 0755));
  int budget = kMaxFiles;
  for (std::string_view name : kSharedEtc) {
    GB_TRY_VOID(copy_tree(fmt::format("/etc/{}", name), fmt::format("{}/{}", etc, name), DT_UNKNOWN,
                          0, budget));
  }
  return ok();
}

Result<void> build_skeleton() {
  std::string skeleton = fmt::format("{}/skeleton", kNewRoot);
  for (const char* name : {"dev", "etc", "proc", "tmp", "work"}) {
    GB_TRY_VOID(os::ensure_dir(fmt::format("{}/{}", skeleton, name), 0755));
  }
  // Of an image's own nothing is of use: a job has no network.
  GB_TRY_VOID(write_text(skeleton + "/etc/resolv.conf", ""));
  return write_identity(skeleton + "/etc");
}

}  // namespace glovebox
