// Positive controls: the same sandboxee without the sandbox, to show that what the sandbox refuses
// works outside.
#pragma once

#include <string>
#include <vector>

#include "base/unique_fd.h"

namespace glovebox {

struct OutsideRun {
  // Empty: it ran. Else why it could not: the test then has no control.
  std::string unavailable;
  int status = 0;  // exit code, or 128 and the signal
  std::string out;
};

struct OutsideOptions {
  UniqueFd in;                 // invalid: /dev/null
  bool new_terminal = false;   // makes `in` the controlling terminal of a new session
  std::vector<int> keep_open;  // descriptors that stay open, CLOEXEC or not
  int user = -1;               // run as this user; only root may
  std::string directory;       // empty: ours
};

// With the powers of root in user (unless root), PID, mount, network, IPC, UTS and cgroup
// namespaces that end with it; on an empty tmpfs, which also covers /tmp and /dev/shm.
OutsideRun run_in_throwaway_namespaces(const std::string& sandboxee,
                                       std::vector<std::string> arguments = {});

// As an ordinary child of ours: for harmless programs.
OutsideRun run_outside(const std::string& sandboxee, std::vector<std::string> arguments = {},
                       OutsideOptions options = {});
// The same for a program by its path.
OutsideRun run_program_outside(const std::string& path, std::vector<std::string> arguments,
                               OutsideOptions options);

// A child of ours that only waits, leader of its process group: a target for signals.
class Bystander {
 public:
  Bystander();
  ~Bystander();
  Bystander(const Bystander&) = delete;
  Bystander& operator=(const Bystander&) = delete;
  int pid() const { return pid_; }

 private:
  int pid_ = -1;
};

}  // namespace glovebox
