// What a slot's supervisor knows about its leaf and the launcher needs after the supervisor has
// died. It is in a page that both share: the supervisor writes it without a system call, and the
// launcher reads it after it has reaped the supervisor.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "base/result.h"

namespace glovebox {

struct LeafRecord {
  // In bytes; 0 while the slot has no job.
  std::atomic<std::int64_t> job_memory_limit{0};
  // The counters of the leaf when the job began; see CgroupLeaf::was_killed_for_memory().
  std::atomic<std::int64_t> oom_kills{0};
  std::atomic<std::int64_t> oom_events{0};
};

// Allocated in its own page, which children inherit as shared memory.
Result<std::shared_ptr<LeafRecord>> map_leaf_record();

}  // namespace glovebox
