// uncancelled: work that must not be torn in the middle.
#pragma once

#include <boost/asio/this_coro.hpp>
#include <utility>

#include "base/awaitable.h"

namespace glovebox {

// Runs `inner` to its end although the awaiting coroutine is being cancelled, as where a transport
// races it against its client's going away. Asio would otherwise throw at the next co_await.
template <class T>
Awaitable<T> uncancelled(Awaitable<T> inner) {
  namespace this_coro = boost::asio::this_coro;
  bool throws = co_await this_coro::throw_if_cancelled();
  co_await this_coro::throw_if_cancelled(false);
  T result = co_await std::move(inner);
  co_await this_coro::throw_if_cancelled(throws);
  co_return result;
}

}  // namespace glovebox
