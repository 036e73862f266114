#include "sandbox/landlock/landlock_domain.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/os.h"
#include "sandbox/exec/raw_calls.h"
#include "sandbox/shared_etc.h"

namespace glovebox {
namespace {

// Rights and fields that Debian 12's headers do not have; values are from the kernel's header.
constexpr std::uint64_t kRefer = 1ULL << 13;        // ABI 2
constexpr std::uint64_t kTruncate = 1ULL << 14;     // ABI 3
constexpr std::uint64_t kIoctlDev = 1ULL << 15;     // ABI 5
constexpr std::uint64_t kNetBindAndConnect = 3;     // ABI 4
constexpr std::uint64_t kScopeSocketAndSignal = 3;  // ABI 6

struct RulesetAttributes {
  std::uint64_t handled_access_fs = 0;
  std::uint64_t handled_access_net = 0;
  std::uint64_t scoped = 0;
};

constexpr std::uint64_t kReading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kReadAndExecute = kReading | LANDLOCK_ACCESS_FS_EXECUTE;
constexpr std::uint64_t kDevice =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate | kIoctlDev;
constexpr std::uint64_t kAllOfAbi1 = (1ULL << 13) - 1;
// Never granted: creating device nodes.
constexpr std::uint64_t kDeviceNodes = LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK;

std::uint64_t handled_rights(int abi) {
  std::uint64_t rights = kAllOfAbi1;
  if (abi >= 2) rights |= kRefer;
  if (abi >= 3) rights |= kTruncate;
  if (abi >= 5) rights |= kIoctlDev;
  return rights;
}

// For a rule on a file, the kernel accepts only these rights.
constexpr std::uint64_t kFileRights = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |
                                      LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate | kIoctlDev;

Result<void> allow_beneath(int ruleset, const std::string& path, std::uint64_t rights) {
  GB_TRY(UniqueFd folder, os::open(path, O_PATH));
  struct stat status;
  GB_TRY_VOID(os::check(::fstat(folder.get(), &status), "fstat", path));
  landlock_path_beneath_attr rule{};
  rule.allowed_access = S_ISDIR(status.st_mode) ? rights : rights & kFileRights;
  rule.parent_fd = folder.get();
  return os::check(::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0),
                   "landlock_add_rule", path);
}

int allow_below(int ruleset, int folder, std::uint64_t rights) {
  landlock_path_beneath_attr rule{};
  rule.allowed_access = rights;
  rule.parent_fd = folder;
  return raw::error_of(raw::call(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
                                 raw::pointer(&rule), 0));
}

struct Ruleset {
  UniqueFd fd;
  std::uint64_t handled = 0;
};

// An older kernel accepts a longer struct only if the additional bytes are zero, which they are.
RulesetAttributes attributes_for(int abi) {
  RulesetAttributes attributes;
  attributes.handled_access_fs = handled_rights(abi);
  if (abi >= 4) attributes.handled_access_net = kNetBindAndConnect;
  if (abi >= 6) attributes.scoped = kScopeSocketAndSignal;
  return attributes;
}

Result<Ruleset> create_ruleset(int abi) {
  RulesetAttributes attributes = attributes_for(abi);
  UniqueFd fd(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0)));
  GB_TRY_VOID(os::check(fd.get(), "landlock_create_ruleset", ""));
  return Ruleset{std::move(fd), attributes.handled_access_fs};
}

// Symbolic links in the path are resolved.
bool is_beneath(const std::string& path, const std::string& folder) {
  std::error_code absent;
  auto inner = std::filesystem::canonical(path, absent);
  auto outer = std::filesystem::canonical(folder, absent);
  if (absent) return false;
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

}  // namespace

int landlock_abi() {
  long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return abi > 0 ? static_cast<int>(abi) : 0;
}

int make_job_ruleset(const JobRuleset& wanted, int* ruleset) {
  *ruleset = -1;
  if (wanted.abi == 0) return 0;
  RulesetAttributes attributes = attributes_for(wanted.abi);
  long fd = raw::call(SYS_landlock_create_ruleset, raw::pointer(&attributes), sizeof attributes, 0);
  if (fd < 0) return raw::error_of(fd);
  *ruleset = static_cast<int>(fd);
  std::uint64_t handled = attributes.handled_access_fs;
  if (int e = allow_below(*ruleset, wanted.root, kReadAndExecute)) return e;
  if (int e = allow_below(*ruleset, wanted.dev, kDevice & handled)) return e;
  for (const char* path : {"/work", "/tmp", "/dev/shm"}) {
    long folder = raw::call(SYS_openat, AT_FDCWD, raw::pointer(path), O_PATH | O_CLOEXEC);
    if (folder < 0) return raw::error_of(folder);
    int e = allow_below(*ruleset, static_cast<int>(folder), handled & ~kDeviceNodes);
    raw::call(SYS_close, folder);
    if (e != 0) return e;
  }
  return 0;
}

Result<UniqueFd> make_landlock_tier_ruleset(int abi, const std::vector<std::string>& folders,
                                            const std::string& hidden) {
  GB_TRY(Ruleset ruleset, create_ruleset(abi));
  auto allow_if_there = [&](const std::string& path, std::uint64_t rights) -> Result<void> {
    if (is_beneath(hidden, path)) {
      return Error(ErrorKind::kUser,
                   fmt::format("jobs may read {}, so {} must not be below it", path, hidden));
    }
    Result<void> allowed = allow_beneath(ruleset.fd.get(), path, rights & ruleset.handled);
    bool absent = allowed.has_error() && allowed.error().errno_value() == ENOENT;
    return absent ? ok() : allowed;
  };
  for (const char* path : {"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
    GB_TRY_VOID(allow_if_there(path, kReadAndExecute));
  }
  for (std::string_view name : kSharedEtc) {
    GB_TRY_VOID(allow_if_there(fmt::format("/etc/{}", name), kReading));
  }
  for (const char* name : {"null", "zero", "full", "random", "urandom"}) {
    GB_TRY_VOID(allow_if_there(fmt::format("/dev/{}", name), kDevice));
  }
  for (const std::string& path : folders) {
    GB_TRY_VOID(allow_beneath(ruleset.fd.get(), path, ruleset.handled & ~kDeviceNodes));
  }
  return std::move(ruleset.fd);
}

int enter_landlock_domain(int ruleset_fd) {
  return raw::error_of(raw::call(SYS_landlock_restrict_self, ruleset_fd, 0));
}

}  // namespace glovebox
