#include "execution/async/background_tasks.h"

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include "base/log.h"

namespace glovebox {
namespace {

void log_thrown(const std::string& name, const std::exception_ptr& thrown) {
  if (!thrown) return;
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& e) {
    spdlog::error("{} ended by an exception: {}", name, e.what());
  }
}

}  // namespace

BackgroundTasks::BackgroundTasks(boost::asio::io_context& loop)
    : loop_(loop), state_(std::make_shared<State>(loop)) {}

void BackgroundTasks::spawn(std::string name, Awaitable<void> task) {
  ++state_->running;
  auto on_end = [name = std::move(name), state = state_](const std::exception_ptr& thrown) {
    log_thrown(name, thrown);
    --state->running;
    state->ended.notify();
  };
  boost::asio::co_spawn(loop_, std::move(task), std::move(on_end));
}

std::size_t BackgroundTasks::running() const {
  return state_->running;
}

Awaitable<void> BackgroundTasks::all_ended(std::chrono::milliseconds at_most) {
  std::function<bool()> none = [state = state_] { return state->running == 0; };
  co_await wait_until(loop_, state_->ended, at_most, std::move(none));
}

}  // namespace glovebox
