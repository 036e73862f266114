#include "execution/jobs/answer_memory.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <utility>

#include "base/clock.h"

namespace glovebox {

Awaitable<Result<std::shared_ptr<MemoryBudget::Share>>> AnswerMemory::take(const OutputLog& log,
                                                                           const JobId& id) const {
  static constexpr std::chrono::milliseconds kPoll{50};
  static constexpr std::chrono::seconds kPatience{15};
  auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  auto memory = std::make_shared<MemoryBudget::Share>();
  if (!budget_) co_return memory;
  // The lines exist as JSON values and as the text that is sent.
  std::uint64_t bytes = 3 * log.kept_bytes() + 80 * log.size();
  *memory = budget_->share(MemoryUse::kAnswers);
  SteadyTime give_up = std::chrono::steady_clock::now() + kPatience;
  while (!memory->grow_to(bytes)) {
    // Otherwise a response that is larger than the budget could never be sent.
    if (budget_->used_by(MemoryUse::kAnswers) == ByteCount(0)) {
      memory->take(bytes);
      break;
    }
    if (std::chrono::steady_clock::now() >= give_up) {
      Error refused = budget_->refusal(MemoryUse::kAnswers, ByteCount(bytes), "the answer");
      co_return std::move(refused).with("jobId", id.str());
    }
    boost::asio::steady_timer timer(loop_, kPoll);
    co_await timer.async_wait(token);
  }
  co_return memory;
}

}  // namespace glovebox
