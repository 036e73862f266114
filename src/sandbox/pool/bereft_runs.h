// Runs whose slot has died, until the launcher says why it died: the job had reached its memory
// limit, or it is no fault of the job.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "sandbox/pool/slot_run.h"

namespace glovebox {

inline constexpr std::string_view kSlotDied = "the sandbox's slot died during the run";

class BereftRuns {
 public:
  using Finish = std::function<void(const std::shared_ptr<SlotRun>&, Result<SandboxResult>)>;
  explicit BereftRuns(Finish finish) : finish_(std::move(finish)) {}

  // At most one for each slot: an earlier one of the same slot ends as lost.
  void add(std::size_t slot, std::shared_ptr<SlotRun> run);
  // No-op for a slot without such a run.
  void end(std::size_t slot, bool out_of_memory);
  // The launcher that would say so is gone.
  void end_all();
  // Now and then: a run that the launcher has said nothing about for several looks ends as lost.
  void look();
  bool empty() const { return runs_.empty(); }

 private:
  struct Waiting {
    std::shared_ptr<SlotRun> run;
    int looks = 0;
  };
  Finish finish_;
  std::map<std::size_t, Waiting> runs_;  // by slot
};

}  // namespace glovebox
