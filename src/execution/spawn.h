// Coroutines that nobody awaits, with what they throw in the log.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <string>
#include <utility>

#include "base/awaitable.h"
#include "base/log.h"

namespace glovebox {

inline void spawn(boost::asio::io_context& loop, std::string name, Awaitable<void> coroutine) {
  boost::asio::co_spawn(loop, std::move(coroutine),
                        [name = std::move(name)](std::exception_ptr thrown) {
                          if (!thrown) return;
                          try {
                            std::rethrow_exception(thrown);
                          } catch (const std::exception& e) {
                            spdlog::error("{} ended by an exception: {}", name, e.what());
                          }
                        });
}

}  // namespace glovebox
