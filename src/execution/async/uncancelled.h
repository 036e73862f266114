// uncancelled: work that must not be interrupted in the middle.
#pragma once

#include <boost/asio/this_coro.hpp>
#include <utility>

#include "base/awaitable.h"

namespace glovebox {

// Runs `inner` to its end even if the awaiting coroutine is cancelled, for example when a transport
// waits for it or for its client's disconnection. Asio would otherwise throw at the next co_await.
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
