// The packets between the server and a slot. The server sends Run (with descriptors 0, 1, 2 of the
// job) and Kill. The slot answers a Run with any number of Used while it runs, any number of
// Artifacts (a descriptor each) and one Ended.
//
// The server answers each Artifact with Took when it has copied and closed it, except after Ended.
// A slot has at most kArtifactWindow unanswered Artifacts: at most that many descriptors of a job
// are open in the server, and as many in transit, at a time. Ended may be sent before the last few
// are taken. The server sends the next Run only when all are.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "base/result.h"
#include "sandbox/sandbox.h"

namespace glovebox {

struct RunPacket {
  SandboxSpec spec;
};
struct KillPacket {};
// The server has taken this many more artifacts.
struct TookPacket {
  std::size_t count = 0;
};

// What the job has used so far.
struct UsedPacket {
  Usage usage;
};

struct ArtifactPacket {
  std::string path;
  std::int64_t size_bytes = 0;
  // Another name of the previous file: without a descriptor.
  bool further_name = false;
};

// Why the job never ran, or how it ended.
struct EndedPacket {
  // Not empty: set-up failed at this step; the tool never ran.
  std::string failed_step;
  // With failed_step its errno. Without failed_step, a value other than 0 means that argv[0] could
  // not be executed.
  int errno_value = 0;
  Outcome outcome;
  Usage usage;
  bool artifacts_truncated = false;
  // The slot ends after this packet: processes or files of the job are left that it cannot remove.
  bool slot_ends = false;
  // When the tool was executed, on CLOCK_MONOTONIC, which all processes share; 0: it never was.
  std::int64_t exec_ns = 0;
};

std::string encode(const RunPacket& packet);
std::string encode(const KillPacket& packet);
std::string encode(const TookPacket& packet);
std::string encode(const UsedPacket& packet);
std::string encode(const ArtifactPacket& packet);
std::string encode(const EndedPacket& packet);

using ToSlot = std::variant<RunPacket, KillPacket, TookPacket>;
using FromSlot = std::variant<UsedPacket, ArtifactPacket, EndedPacket>;
Result<ToSlot> decode_to_slot(std::string_view bytes);
Result<FromSlot> decode_from_slot(std::string_view bytes);

}  // namespace glovebox
