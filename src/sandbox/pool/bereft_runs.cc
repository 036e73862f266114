#include "sandbox/pool/bereft_runs.h"

#include <utility>
#include <vector>

namespace glovebox {
namespace {

// The launcher reports within milliseconds why a slot died, unless it is stopped or dead itself.
constexpr int kMostLooks = 2;

}  // namespace

void BereftRuns::add(std::size_t slot, std::shared_ptr<SlotRun> run) {
  end(slot, false);
  runs_[slot].run = std::move(run);
}

void BereftRuns::end(std::size_t slot, bool out_of_memory) {
  auto found = runs_.extract(slot);
  if (found.empty()) return;
  std::shared_ptr<SlotRun> run = std::move(found.mapped().run);
  if (run->killed) return finish_(run, cancelled_result(*run));
  if (out_of_memory) return finish_(run, out_of_memory_result(*run));
  finish_(run, lost_run_error(std::string(kSlotDied)));
}

void BereftRuns::end_all() {
  while (!runs_.empty()) end(runs_.begin()->first, false);
}

void BereftRuns::look() {
  std::vector<std::size_t> overdue;
  for (auto& [slot, waiting] : runs_) {
    if (++waiting.looks >= kMostLooks) overdue.push_back(slot);
  }
  for (std::size_t slot : overdue) end(slot, false);
}

}  // namespace glovebox
