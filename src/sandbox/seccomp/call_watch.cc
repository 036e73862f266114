#include "sandbox/seccomp/call_watch.h"

#include <linux/audit.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace glovebox {

bool is_foreign(const seccomp_data& call) {
#if defined(__x86_64__)
  constexpr std::uint32_t kX32 = 0x40000000;
  return call.arch != AUDIT_ARCH_X86_64 || (static_cast<std::uint32_t>(call.nr) & kX32) != 0;
#else
  return call.arch != AUDIT_ARCH_AARCH64;
#endif
}

CallWatch::CallWatch(int listener) : listener_(listener) {
  seccomp_notif_sizes sizes{};
  ::syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes);
  question_.resize(std::max<std::size_t>(sizes.seccomp_notif, sizeof(seccomp_notif)));
  answer_.resize(std::max<std::size_t>(sizes.seccomp_notif_resp, sizeof(seccomp_notif_resp)));
}

void CallWatch::answer() {
  std::ranges::fill(question_, 0);  // the kernel requires that
  if (::ioctl(listener_, SECCOMP_IOCTL_NOTIF_RECV, question_.data()) != 0) {
    // The caller may have died before it was answered. Its call is not known.
    ipc_used_ = ipc_used_ || allow_ipc_;
    return;
  }
  seccomp_notif question;
  std::memcpy(&question, question_.data(), sizeof question);
  if (is_foreign(question.data)) {
    // Not answered: the caller waits until the job is killed for this call.
    if (report_ != nullptr) report_->foreign_call = true;
    return;
  }
  seccomp_notif_resp response{};
  response.id = question.id;
  // The init of a job in an image makes this call before its job begins.
  bool is_root_change = question.data.nr == SYS_chroot;
  if (!is_root_change) ipc_used_ = ipc_used_ || allow_ipc_;
  bool is_allowed = is_root_change
                        ? root_changer_ != 0 && static_cast<pid_t>(question.pid) == root_changer_
                        : allow_ipc_;
  if (is_allowed) {
    response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  } else {
    response.error = is_root_change ? -EPERM : -ENOSYS;
  }
  std::ranges::fill(answer_, 0);
  std::memcpy(answer_.data(), &response, sizeof response);
  ::ioctl(listener_, SECCOMP_IOCTL_NOTIF_SEND, answer_.data());
}

}  // namespace glovebox
