// run_blocking: a function that blocks, on a pool, awaited on the loop.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <functional>
#include <utility>

#include "base/awaitable.h"
#include "base/result.h"

namespace glovebox {

// `f` must own what it uses: it runs to its end even if the loop has stopped. An exception of a
// library becomes kInternal.
template <class T>
Awaitable<Result<T>> run_blocking(boost::asio::thread_pool& pool, std::function<Result<T>()> f) {
  namespace asio = boost::asio;
  auto start = [&pool, &f](auto handler) {
    auto loop = asio::prefer(asio::get_associated_executor(handler),
                             asio::execution::outstanding_work.tracked);
    auto work = [f = std::move(f), loop, handler = std::move(handler)]() mutable {
      Result<T> result = internal_error("not run");
      try {
        result = f();
      } catch (const std::exception& e) {
        result = internal_error(e.what());
      }
      auto finish = [handler = std::move(handler), result = std::move(result)]() mutable {
        std::move(handler)(std::move(result));
      };
      asio::post(loop, std::move(finish));
    };
    asio::post(pool, std::move(work));
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(Result<T>)>(
      start, asio::use_awaitable);
}

}  // namespace glovebox
