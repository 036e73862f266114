// System calls, each wrapped once, with its context in the Error. Descriptors are always CLOEXEC.
// Any thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox::os {

// 0 or more is success. The Error has the errno, the call and its object.
Result<void> check(long return_value, std::string_view call, std::string_view what);

Result<UniqueFd> open(const std::string& path, int flags, unsigned mode = 0);
Result<UniqueFd> openat(int dir_fd, const std::string& path, int flags, unsigned mode = 0);
// At most `bound` bytes; a longer file is truncated.
Result<std::string> read_file(const std::string& path, std::size_t bound);
// One write(2), as files of /proc and cgroupfs require.
Result<void> write_file(const std::string& path, std::string_view text);
Result<void> write_fd(int fd, std::string_view text, std::string_view what);
// From the start of the file, in one pread(2); for small files of kernel file systems.
Result<std::string> pread_text(int fd, std::string_view what);

// {read end, write end}
Result<std::pair<UniqueFd, UniqueFd>> pipe();
// unix(7), SOCK_SEQPACKET: preserves message boundaries and reports a closed peer.
Result<std::pair<UniqueFd, UniqueFd>> seqpacket_pair();
// An eventfd(2) that counts; non-blocking.
Result<UniqueFd> eventfd();

// mount(2). `what` of the Error is the target.
Result<void> mount(const std::string& source, const std::string& target, const char* type,
                   unsigned long flags, const std::string& data = {});
// mkdir(2), if the folder does not exist.
Result<void> ensure_dir(const std::string& path, unsigned mode);

struct CloneResult {
  pid_t pid = 0;   // 0 in the child
  UniqueFd pidfd;  // in the parent
};
// A copy of this process like fork(2), with CLONE_… flags. Only for processes with one thread. Uses
// clone(2), because many containers refuse clone3, whose flags their filters cannot check.
Result<CloneResult> clone_process(std::uint64_t flags = 0);

// mount_setattr(2) on everything below a mount (Linux 5.12).
struct MountAttributes {
  std::uint64_t set = 0;  // MOUNT_ATTR_…
  int userns_fd = -1;     // for MOUNT_ATTR_IDMAP
  bool recursive = true;
};
Result<void> mount_setattr(int dir_fd, const std::string& path, const MountAttributes& attributes);
// A tmpfs that is not attached: fsopen(2), fsmount(2) (Linux 5.2). `options` as for mount(8), each
// NAME=VALUE.
Result<UniqueFd> new_tmpfs(const std::string& options);
// A detached copy of a mount: open_tree(2) with OPEN_TREE_CLONE, recursive (Linux 5.2).
Result<UniqueFd> open_tree_clone(const std::string& path);
// Attaches a detached mount: move_mount(2).
Result<void> move_mount(int tree_fd, const std::string& target);

}  // namespace glovebox::os
