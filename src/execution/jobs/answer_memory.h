// AnswerMemory: the memory of responses that contain a job's output. Large responses wait for each
// other instead of filling the memory together.
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
  // `budget` null: no bound.
  AnswerMemory(boost::asio::io_context& loop, std::shared_ptr<const MemoryBudget> budget)
      : loop_(loop), budget_(std::move(budget)) {}

  // Memory for a response with all of `log`: hold it until the response is sent. Waits up to 15 s
  // for it; then kQueueFull. One response is always allowed, whatever its size.
  Awaitable<Result<std::shared_ptr<MemoryBudget::Share>>> take(const OutputLog& log,
                                                               const JobId& id) const;

 private:
  boost::asio::io_context& loop_;
  std::shared_ptr<const MemoryBudget> budget_;
};

}  // namespace glovebox
