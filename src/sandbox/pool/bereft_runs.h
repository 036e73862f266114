// Runs whose slot has died and whose cause of death the launcher has not reported yet: either the
// job had reached its memory limit, or the job is not the cause.
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

  // At most one for each slot: an earlier run of the same slot ends as lost.
  void add(std::size_t slot, std::shared_ptr<SlotRun> run);
  // Does nothing if the slot has no such run.
  void end(std::size_t slot, bool out_of_memory);
  // The launcher that would report the cause has died.
  void end_all();
  // Called periodically: a run without a report after several calls ends as lost.
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
