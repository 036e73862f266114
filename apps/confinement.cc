#include "confinement.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/log.h"
#include "base/os.h"
#include "no_connections.h"
#include "sandbox/landlock/landlock_domain.h"

namespace glovebox {
namespace {

// Fields and rights that are missing in Debian 12's headers; values from the kernel's header.
constexpr std::uint64_t kRefer = 1ULL << 13;     // ABI 2
constexpr std::uint64_t kTruncate = 1ULL << 14;  // ABI 3
constexpr std::uint64_t kBindTcp = 1ULL << 0;    // ABI 4
constexpr std::uint64_t kConnectTcp = 1ULL << 1;
constexpr std::uint64_t kIoctlDevice = 1ULL << 15;         // ABI 5
constexpr std::uint64_t kScopeAbstractSocket = 1ULL << 0;  // ABI 6
constexpr int kRuleNetPort = 2;

constexpr std::uint64_t kFileRights = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                      LANDLOCK_ACCESS_FS_READ_FILE | kTruncate | kIoctlDevice;
constexpr std::uint64_t kReading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kWriting = kReading | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                   LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                   LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                                   // Links of projects are created in their stored trees.
                                   LANDLOCK_ACCESS_FS_MAKE_SYM | kRefer | kTruncate;

constexpr std::uint64_t kAppending = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG;

constexpr std::uint64_t kRunning = kReading | LANDLOCK_ACCESS_FS_EXECUTE;

struct Ruleset {
  std::uint64_t handled_access_fs = 0;
  std::uint64_t handled_access_net = 0;
  std::uint64_t scoped = 0;
};

struct PortRule {
  std::uint64_t allowed_access = 0;
  std::uint64_t port = 0;
};

Ruleset handled_by(int abi, Outgoing outgoing) {
  Ruleset ruleset;
  ruleset.handled_access_fs = (1ULL << 13) - 1;  // ABI 1
  if (abi >= 2) ruleset.handled_access_fs |= kRefer;
  if (abi >= 3) ruleset.handled_access_fs |= kTruncate;
  if (abi >= 4) ruleset.handled_access_net = kBindTcp;
  if (abi >= 4 && outgoing == Outgoing::kForbidden) ruleset.handled_access_net |= kConnectTcp;
  if (abi >= 5) ruleset.handled_access_fs |= kIoctlDevice;
  if (abi >= 6) ruleset.scoped = kScopeAbstractSocket;
  return ruleset;
}

// A kernel accepts attributes that are longer than it knows only if the rest is zero.
std::size_t size_known_to(int abi) {
  if (abi >= 6) return sizeof(Ruleset);
  return abi >= 4 ? 2 * sizeof(std::uint64_t) : sizeof(std::uint64_t);
}

Result<void> allow_path(int ruleset, const std::filesystem::path& path, std::uint64_t rights) {
  GB_TRY(UniqueFd fd, os::open(path, O_PATH));
  struct stat info {};
  GB_TRY_VOID(os::check(::fstat(fd.get(), &info), "fstat", path.native()));
  landlock_path_beneath_attr rule{};
  rule.allowed_access = S_ISDIR(info.st_mode) ? rights : rights & kFileRights;
  rule.parent_fd = fd.get();
  return os::check(::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0),
                   "landlock_add_rule", path.native());
}

Result<void> enter_landlock(const ConfinementPlan& plan, int abi) {
  Ruleset attributes = handled_by(abi, plan.outgoing);
  std::uint64_t writing = kWriting;
  if (plan.may_make_pipes) writing |= LANDLOCK_ACCESS_FS_MAKE_FIFO;
  UniqueFd ruleset(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size_known_to(abi), 0)));
  GB_TRY_VOID(os::check(ruleset.get(), "landlock_create_ruleset", ""));
  for (const auto& path : plan.read_write) {
    GB_TRY_VOID(allow_path(ruleset.get(), path, writing & attributes.handled_access_fs));
  }
  for (const auto& path : plan.programs) {
    GB_TRY_VOID(allow_path(ruleset.get(), path, kRunning));
  }
  for (const auto& path : plan.append) {
    GB_TRY_VOID(allow_path(ruleset.get(), path, kAppending));
  }
  for (const auto& path : plan.remove_folders) {
    GB_TRY_VOID(allow_path(ruleset.get(), path, LANDLOCK_ACCESS_FS_REMOVE_DIR));
  }
  for (const auto& path : plan.read_only) {
    auto allowed = allow_path(ruleset.get(), path, kReading);
    bool missing = allowed.has_error() && (allowed.error().errno_value() == ENOENT ||
                                           allowed.error().errno_value() == EACCES);
    if (!missing) GB_TRY_VOID(allowed);
  }
  for (std::uint16_t port : plan.bind_ports) {
    if (abi < 4) break;
    PortRule rule{kBindTcp, port};
    GB_TRY_VOID(os::check(::syscall(SYS_landlock_add_rule, ruleset.get(), kRuleNetPort, &rule, 0),
                          "landlock_add_rule", "TCP port"));
  }
  int failed = enter_landlock_domain(ruleset.get());
  if (failed != 0) return Error::from_errno("landlock_restrict_self", "", failed);
  return ok();
}

Result<void> drop_capabilities(bool may_read_all) {
  // Lowering the bounding set needs CAP_SETPCAP. Without it exec cannot gain capabilities either,
  // because no_new_privs is set.
  for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) {
    if (may_read_all && capability == CAP_DAC_READ_SEARCH) continue;
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno != EPERM) {
      return Error::from_errno("prctl(PR_CAPBSET_DROP)", "", errno);
    }
  }
  GB_TRY_VOID(os::check(::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0),
                        "prctl(PR_CAP_AMBIENT_CLEAR_ALL)", ""));
  __user_cap_header_struct header{};
  header.version = _LINUX_CAPABILITY_VERSION_3;
  __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3]{};
  __user_cap_data_struct held[_LINUX_CAPABILITY_U32S_3]{};
  if (may_read_all && ::syscall(SYS_capget, &header, held) == 0) {
    constexpr std::uint32_t kRead = 1U << CAP_DAC_READ_SEARCH;
    none[0].permitted = none[0].effective = held[0].permitted & kRead;
  }
  return os::check(::syscall(SYS_capset, &header, none), "capset", "");
}

}  // namespace

Result<void> confine_this_process(const ConfinementPlan& plan) {
  GB_TRY_VOID(os::check(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "prctl(PR_SET_DUMPABLE)", ""));
  GB_TRY_VOID(
      os::check(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(PR_SET_NO_NEW_PRIVS)", ""));
  GB_TRY_VOID(drop_capabilities(plan.may_read_all));
  if (plan.outgoing == Outgoing::kForbidden) GB_TRY_VOID(forbid_connections());
  int abi = landlock_abi();
  if (abi == 0) {
    spdlog::warn("this kernel has no Landlock: the server's own file access is not restricted");
    return ok();
  }
  return enter_landlock(plan, abi);
}

}  // namespace glovebox
