// perform: runs work on the store's thread and awaits it on the caller's loop.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <utility>

#include "base/awaitable.h"
#include "base/result.h"
#include "store/store_thread.h"

namespace glovebox {

// `Handler` resumes the coroutine on its own executor, and keeps that loop running meanwhile.
template <class T, class Handler>
class StoreRequest final : public StoreThread::Request {
 public:
  using Work = std::function<Result<T>(SqliteDatabase&)>;

  StoreRequest(StoreThread::Kind kind, Pace pace, Work work, Handler handler)
      : Request(kind, pace),
        work_(std::move(work)),
        loop_(boost::asio::prefer(boost::asio::get_associated_executor(handler),
                                  boost::asio::execution::outstanding_work.tracked)),
        handler_(std::move(handler)) {}

  Result<void> run(SqliteDatabase& database) override {
    result_ = work_(database);
    if (result_.has_error()) return result_.error();
    return ok();
  }
  void fail(Error error) override { result_ = std::move(error); }
  void complete() override {
    boost::asio::post(loop_,
                      [handler = std::move(handler_), result = std::move(result_)]() mutable {
                        std::move(handler)(std::move(result));
                      });
  }

 private:
  Work work_;
  boost::asio::any_io_executor loop_;
  Handler handler_;
  Result<T> result_ = internal_error("not run");
};

template <class T>
Awaitable<Result<T>> perform(StoreThread& thread, StoreThread::Kind kind, StoreThread::Room room,
                             std::function<Result<T>(SqliteDatabase&)> work,
                             Pace pace = Pace::kAtOnce) {
  auto start = [&thread, kind, room, pace, &work](auto handler) {
    using Typed = StoreRequest<T, decltype(handler)>;
    std::unique_ptr<StoreThread::Request> request =
        std::make_unique<Typed>(kind, pace, std::move(work), std::move(handler));
    Result<void> taken = thread.submit(request, room);
    if (taken.has_error()) {
      request->fail(taken.error());
      request->complete();
    }
  };
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&,
                                                 void(Result<T>)>(start,
                                                                  boost::asio::use_awaitable);
}

}  // namespace glovebox
