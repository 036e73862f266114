// AnswerMemory: the memory of answers that carry a job's output. Large answers wait for each other
// rather than fill the memory together.
//
// Threads: the event loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "base/awaitable.h"
#include "base/memory_budget.h"
#include "base/result.h"
#include "execution/jobs/output_log.h"
#include "model/ids.h"

namespace glovebox {

class AnswerMemory {
 public:
  // `budget` null: answers have no bound.
  AnswerMemory(boost::asio::io_context& loop, std::shared_ptr<const MemoryBudget> budget)
      : loop_(loop), budget_(std::move(budget)) {}

  // Memory for an answer with all of `log`: hold it until the answer is sent. Waits up to 15 s for
  // it; then kQueueFull. One answer is always allowed, whatever its size.
  Awaitable<Result<std::shared_ptr<MemoryBudget::Share>>> take(const OutputLog& log,
                                                               const JobId& id) const;

 private:
  boost::asio::io_context& loop_;
  std::shared_ptr<const MemoryBudget> budget_;
};

}  // namespace glovebox
