#include "sandbox/ipc_watch.h"

#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace glovebox {

IpcWatch::IpcWatch(int listener) : listener_(listener) {
  seccomp_notif_sizes sizes{};
  ::syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes);
  question_.resize(std::max<std::size_t>(sizes.seccomp_notif, sizeof(seccomp_notif)));
  answer_.resize(std::max<std::size_t>(sizes.seccomp_notif_resp, sizeof(seccomp_notif_resp)));
}

void IpcWatch::answer() {
  used_ = true;                     // also where the asker dies before it can be answered
  std::ranges::fill(question_, 0);  // the kernel wants it so
  if (::ioctl(listener_, SECCOMP_IOCTL_NOTIF_RECV, question_.data()) != 0) return;
  seccomp_notif question;
  std::memcpy(&question, question_.data(), sizeof question);
  seccomp_notif_resp response{};
  response.id = question.id;
  response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  std::ranges::fill(answer_, 0);
  std::memcpy(answer_.data(), &response, sizeof response);
  ::ioctl(listener_, SECCOMP_IOCTL_NOTIF_SEND, answer_.data());
}

}  // namespace glovebox
