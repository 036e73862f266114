#include "sandbox/landlock_domain.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/os.h"

namespace glovebox {
namespace {

// Rights and fields that Debian 12's headers do not know yet; values of the kernel's own header.
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

constexpr std::uint64_t kReadAndExecute =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kAllOfAbi1 = (1ULL << 13) - 1;
// Never given back: making device nodes.
constexpr std::uint64_t kDeviceNodes = LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK;

std::uint64_t handled_rights(int abi) {
  std::uint64_t rights = kAllOfAbi1;
  if (abi >= 2) rights |= kRefer;
  if (abi >= 3) rights |= kTruncate;
  if (abi >= 5) rights |= kIoctlDev;
  return rights;
}

Result<void> allow_beneath(int ruleset, const char* path, std::uint64_t rights) {
  GB_TRY(UniqueFd folder, os::open(path, O_PATH));
  landlock_path_beneath_attr rule{};
  rule.allowed_access = rights;
  rule.parent_fd = folder.get();
  return os::check(::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0),
                   "landlock_add_rule", path);
}

}  // namespace

int landlock_abi() {
  long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return abi > 0 ? static_cast<int>(abi) : 0;
}

Result<UniqueFd> make_landlock_ruleset(int abi) {
  if (abi == 0) return UniqueFd();
  RulesetAttributes attributes;
  attributes.handled_access_fs = handled_rights(abi);
  if (abi >= 4) attributes.handled_access_net = kNetBindAndConnect;
  if (abi >= 6) attributes.scoped = kScopeSocketAndSignal;
  // An older kernel takes a shorter struct and refuses a longer one unless the rest is zero: it is.
  UniqueFd ruleset(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0)));
  GB_TRY_VOID(os::check(ruleset.get(), "landlock_create_ruleset", ""));
  std::uint64_t write = attributes.handled_access_fs & ~kDeviceNodes;
  GB_TRY_VOID(allow_beneath(ruleset.get(), "/", kReadAndExecute));
  for (const char* path : {"/work", "/tmp", "/dev/shm"}) {
    GB_TRY_VOID(allow_beneath(ruleset.get(), path, write));
  }
  std::uint64_t device = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                         (attributes.handled_access_fs & (kTruncate | kIoctlDev));
  GB_TRY_VOID(allow_beneath(ruleset.get(), "/dev", device));
  return ruleset;
}

int enter_landlock_domain(int ruleset_fd) {
  return ::syscall(SYS_landlock_restrict_self, ruleset_fd, 0) == 0 ? 0 : errno;
}

}  // namespace glovebox
