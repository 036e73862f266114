#include "execution/jobs/job_group.h"

#include <algorithm>

namespace glovebox {

bool JobGroup::add() {
  return open_++ == 0;
}

LiveJobPtr JobGroup::next() {
  if (held_.empty() || (at_once_ > 0 && active_ >= at_once_)) return nullptr;
  LiveJobPtr live = std::move(held_.front());
  held_.pop_front();
  ++active_;
  return live;
}

bool JobGroup::release(const LiveJobPtr& live) {
  auto found = std::find(held_.begin(), held_.end(), live);
  if (found == held_.end()) return false;
  held_.erase(found);
  ++active_;
  return true;
}

bool JobGroup::leave() {
  --active_;
  return --open_ == 0;
}

}  // namespace glovebox
