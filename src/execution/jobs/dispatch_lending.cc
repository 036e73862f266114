// The Dispatcher's part for slots that run no job: those lent to the version probe and the canary.
#include <utility>

#include "execution/jobs/dispatcher.h"

namespace glovebox {

bool Dispatcher::borrow_slot(std::function<void()> reclaim) {
  if (draining_ || slots_lent_ > 0 || !deps_.sandbox.outage().empty()) return false;
  if (queue_.pending() > 0 || free_slots() == 0) return false;
  ++slots_lent_;
  reclaim_ = std::move(reclaim);
  return true;
}

void Dispatcher::return_slot() {
  reclaim_ = nullptr;
  return_next_slot();
}

Awaitable<bool> Dispatcher::borrow_next_slot(std::chrono::milliseconds at_most) {
  next_slot_ = NextSlot::kWanted;
  dispatch();
  std::function<bool()> lent = [this] { return next_slot_ == NextSlot::kLent || draining_; };
  co_await wait_until(deps_.loop, next_slot_lent_, at_most, std::move(lent));
  co_return std::exchange(next_slot_, NextSlot::kNotWanted) == NextSlot::kLent;
}

void Dispatcher::return_next_slot() {
  --slots_lent_;
  deps_.registry.ended().notify();
  dispatch();
}

void Dispatcher::lend_next_slot() {
  if (next_slot_ != NextSlot::kWanted) return;
  if (free_slots() == 0) {
    if (reclaim_) std::exchange(reclaim_, nullptr)();
    return;
  }
  next_slot_ = NextSlot::kLent;
  ++slots_lent_;
  next_slot_lent_.notify();
}

}  // namespace glovebox
