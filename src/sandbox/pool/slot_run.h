// One run of a slot pool, from start() to its end.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "sandbox/sandbox.h"
#include "sandbox/slot/slot_protocol.h"

namespace glovebox {

// Shared by the handle that the caller has and the slot that works on it.
struct SlotRun {
  SandboxSpec spec;
  SandboxStreams streams;
  Sandbox::OnEnd on_end;  // null once nobody waits for it
  Usage used;
  std::optional<std::size_t> slot;
  std::chrono::steady_clock::time_point handed_at;  // to its slot
  bool killed = false;

  TakeArtifacts take;  // null: into `artifacts`
  std::vector<CollectedArtifact> artifacts;
  std::vector<CollectedArtifact> batch;  // not yet handed on
  std::size_t being_taken = 0;
  std::size_t artifacts_seen = 0;
  std::optional<EndedPacket> ended;  // until all artifacts are taken

  // False for what a slot must not say.
  bool add_artifact(ArtifactPacket packet, std::vector<UniqueFd> fds);
  bool has_untaken() const { return being_taken > 0 || !batch.empty(); }
  // Nobody wants it any more.
  void abandon();
};

// Calls its OnEnd, if somebody still waits for it, from the loop and not from inside this call.
void finish_later(boost::asio::io_context& loop, const std::shared_ptr<SlotRun>& run,
                  Result<SandboxResult> result);
// Of a job that this tier cannot run.
std::optional<Error> refusal_of(const SandboxSpec& spec, Tier tier);
// Of a run with `ended`.
Result<SandboxResult> to_result(SlotRun& run);
// Of a run that was killed, with its slot or before it got to one.
SandboxResult cancelled_result(const SlotRun& run);
// Of a run whose slot died because the job had reached its memory limit. Its usage is what the slot
// said last; its artifacts are lost.
SandboxResult out_of_memory_result(const SlotRun& run);

}  // namespace glovebox
