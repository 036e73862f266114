// Runs skopeo and umoci: one at a time, from a process with one thread.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"

namespace glovebox {

// Whether the user wants to stop (Ctrl-C). Asked several times a second.
using Interrupted = std::function<bool()>;

struct ProgramRun {
  std::vector<std::string> argv;         // argv[0] is searched in PATH
  std::vector<std::string> environment;  // the whole one, "NAME=VALUE"
  ByteCount file_size;                   // of each file that it writes (RLIMIT_FSIZE)
  std::chrono::seconds time{0};          // until its end; 0: no limit
  // Called in the child, before exec: what it does not need is given up there.
  std::function<Result<void>()> confine;
  Interrupted interrupted;
};

// What it wrote to standard output, at most 8 MiB. kUnprocessable with its last message where it
// failed; kUser where it is not installed. It dies with this process.
Result<std::string> run_program(const ProgramRun& run);

// The first folder of PATH that has it; empty: it is not installed.
std::string find_installed(const std::string& program);

// The message in what skopeo or umoci printed last, on one line, without passwords in addresses.
std::string last_message(std::string_view printed);

}  // namespace glovebox
