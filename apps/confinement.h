// Before it parses hostile bytes, the process gives up what it does not need: capabilities, new
// privileges, being traced or dumped, and, with Landlock, access to all files except its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/result.h"

namespace glovebox {

// kForbidden: the process connects nowhere. By seccomp on every kernel, and by Landlock from ABI 4.
enum class Outgoing { kForbidden, kAllowed };

struct ConfinementPlan {
  std::vector<std::filesystem::path> read_write;  // folders that must exist
  std::vector<std::filesystem::path> read_only;   // folders or files; missing ones are ignored
  // Folders in which files may be created and appended to, but not read or removed.
  std::vector<std::filesystem::path> append;
  // Below these, empty folders may be removed, such as a scratch folder at the end; nothing else.
  std::vector<std::filesystem::path> remove_folders;
  // The only TCP ports that may be bound, from Landlock ABI 4; 0: one that the kernel chooses.
  std::vector<std::uint16_t> bind_ports;
  Outgoing outgoing = Outgoing::kForbidden;
  // For programs that this process is going to execute (images): folders whose files may be
  // executed; whether pipes may be made; whether root keeps the right to read what belongs to
  // others.
  std::vector<std::filesystem::path> programs;
  bool may_make_pipes = false;
  bool may_read_all = false;
};

// Call after the launcher has started and before any thread: threads and children inherit it.
// Without Landlock in the kernel the rest is done and a warning is logged. Any other failure is an
// Error; the process should then exit.
Result<void> confine_this_process(const ConfinementPlan& plan);

}  // namespace glovebox
