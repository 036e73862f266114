// Tells whether a job has asked for an object of its IPC namespace: System V shared memory,
// semaphores, queues, or a POSIX queue. The slot's seccomp filter puts these calls to its
// supervisor (seccomp_unotify(2)), which notes that and lets every one of them through: the filter
// is there to be told, not to refuse, so that it does not matter what changes under the question.
// Whoever has made nothing has left nothing: neither an object nor a number that was used up.
#pragma once

#include <vector>

namespace glovebox {

class IpcWatch {
 public:
  // `listener` as install_asking_filter() returned it, borrowed; -1 where nobody is asked.
  explicit IpcWatch(int listener);

  // Whether it can tell.
  bool tells() const { return listener_ >= 0; }
  // Readable when a job asks. -1 where it cannot tell.
  int listener() const { return listener_; }
  // Lets one call through. Call when listener() is readable.
  void answer();

  bool used() const { return used_; }
  // From now on another namespace is meant.
  void forget() { used_ = false; }

 private:
  int listener_;
  std::vector<char> question_;  // as large as this kernel makes them
  std::vector<char> answer_;
  bool used_ = false;
};

}  // namespace glovebox
