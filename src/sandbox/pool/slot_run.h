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

// Shared by the caller's handle and the slot that runs the job.
struct SlotRun {
  SandboxSpec spec;
  SandboxStreams streams;
  Sandbox::OnEnd on_end;  // null when nobody waits for it any more
  Usage used;
  std::optional<std::size_t> slot;
  std::chrono::steady_clock::time_point handed_at;  // to its slot
  bool killed = false;

  TakeArtifacts take;  // null: artifacts go into `artifacts`
  std::vector<CollectedArtifact> artifacts;
  std::vector<CollectedArtifact> batch;  // not passed on yet
  std::size_t being_taken = 0;
  std::size_t artifacts_seen = 0;
  std::optional<EndedPacket> ended;  // held until all artifacts are taken

  // Returns false for a packet that a slot must not send.
  bool add_artifact(ArtifactPacket packet, std::vector<UniqueFd> fds);
  bool has_untaken() const { return being_taken > 0 || !batch.empty(); }
  // The caller has destroyed its handle.
  void abandon();
};

// Calls its OnEnd, if somebody still waits for it, from the event loop and never inside this call.
void finish_later(boost::asio::io_context& loop, const std::shared_ptr<SlotRun>& run,
                  Result<SandboxResult> result);
// The result for a job that this tier cannot run.
std::optional<Error> refusal_of(const SandboxSpec& spec, Tier tier);
// The result of a run that ended with `ended`.
Result<SandboxResult> to_result(SlotRun& run);
// The result of a run that was killed, together with its slot or before it reached one.
SandboxResult cancelled_result(const SlotRun& run);
// The result of a run whose slot died because the job had reached its memory limit. The usage is
// what the slot reported last; the artifacts are lost.
SandboxResult out_of_memory_result(const SlotRun& run);

}  // namespace glovebox
