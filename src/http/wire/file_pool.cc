#include "http/wire/file_pool.h"

#include <unistd.h>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>

namespace glovebox {
namespace {

namespace asio = boost::asio;

Result<void> write_now(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    ssize_t written = ::write(fd, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Error::from_errno("write", "an upload", errno);
    data += written;
    size -= static_cast<std::size_t>(written);
  }
  return ok();
}

Result<std::size_t> read_now(int fd, std::uint64_t offset, char* data, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    ssize_t got = ::pread(fd, data + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error::from_errno("pread", "a project file", errno);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

}  // namespace

// A coroutine changes to the pool's thread and back by awaiting a post that resumes it there.

asio::awaitable<Result<void>> FilePool::write_all(int fd, const char* data, std::size_t size) {
  asio::any_io_executor home = co_await asio::this_coro::executor;
  auto there = asio::bind_executor(pool_.get_executor(), asio::use_awaitable);
  auto back = asio::bind_executor(home, asio::use_awaitable);
  co_await asio::post(there);
  Result<void> result = write_now(fd, data, size);
  co_await asio::post(back);
  co_return result;
}

asio::awaitable<Result<std::size_t>> FilePool::read_at(int fd, std::uint64_t offset, char* data,
                                                       std::size_t size) {
  asio::any_io_executor home = co_await asio::this_coro::executor;
  auto there = asio::bind_executor(pool_.get_executor(), asio::use_awaitable);
  auto back = asio::bind_executor(home, asio::use_awaitable);
  co_await asio::post(there);
  Result<std::size_t> result = read_now(fd, offset, data, size);
  co_await asio::post(back);
  co_return result;
}

}  // namespace glovebox
