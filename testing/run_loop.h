// Coroutines in tests: run the loop until one has ended.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/awaitable.h"

namespace glovebox {

// The timeout of a test for something that should be immediate.
inline constexpr std::chrono::seconds kTestPatience{30};

template <class T>
T await(boost::asio::io_context& loop, Awaitable<T> coroutine) {
  // Shared, because the coroutine outlives a test that gave up.
  auto value = std::make_shared<std::optional<T>>();
  boost::asio::co_spawn(loop, std::move(coroutine), [value](std::exception_ptr thrown, T result) {
    if (thrown) std::rethrow_exception(thrown);
    value->emplace(std::move(result));
  });
  loop.restart();
  auto give_up = std::chrono::steady_clock::now() + kTestPatience;
  while (!*value && loop.run_one_until(give_up) > 0) {
  }
  if (!*value) throw std::runtime_error("the coroutine did not end");
  return std::move(**value);
}

inline void await(boost::asio::io_context& loop, Awaitable<void> coroutine) {
  auto wrapped = [](Awaitable<void> inner) -> Awaitable<bool> {
    co_await std::move(inner);
    co_return true;
  };
  await(loop, wrapped(std::move(coroutine)));
}

// Runs the loop until the condition is true; false on a timeout.
inline bool run_until(boost::asio::io_context& loop, const std::function<bool()>& holds) {
  loop.restart();
  auto give_up = std::chrono::steady_clock::now() + kTestPatience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= give_up) return false;
    if (loop.run_one_until(give_up) == 0) return holds();
  }
  return true;
}

// Runs the handlers that are ready now.
inline void settle(boost::asio::io_context& loop) {
  loop.restart();
  while (loop.poll() > 0) {
  }
}

}  // namespace glovebox
