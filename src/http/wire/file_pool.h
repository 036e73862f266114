// FilePool: reads and writes regular files outside the event loop, because a disk may block.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <cstdint>

#include "base/result.h"

namespace glovebox {

// One thread. Each function is called and resumed on the caller's executor; `data` and the
// descriptor must live until it returns. Errors are kInternal with their errno.
class FilePool {
 public:
  FilePool() : pool_(1) {}

  boost::asio::awaitable<Result<void>> write_all(int fd, const char* data, std::size_t size);
  // Fills `data` from `offset` on; returns less than `size` only at the end of the file.
  boost::asio::awaitable<Result<std::size_t>> read_at(int fd, std::uint64_t offset, char* data,
                                                      std::size_t size);

  // Waits for pending operations. Do not start others afterwards.
  void join() { pool_.join(); }

 private:
  boost::asio::thread_pool pool_;
};

}  // namespace glovebox
