// FilePool: reads and writes of regular files, off the event loop, since a disk may block.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <cstdint>

#include "base/result.h"

namespace glovebox {

// One thread. Each call is made and resumed on the caller's executor; `data` and the descriptor
// must live until it returns. Errors are kInternal with their errno.
class FilePool {
 public:
  FilePool() : pool_(1) {}

  boost::asio::awaitable<Result<void>> write_all(int fd, const char* data, std::size_t size);
  // Fills `data` from `offset` on; less than `size` only at the end of the file.
  boost::asio::awaitable<Result<std::size_t>> read_at(int fd, std::uint64_t offset, char* data,
                                                      std::size_t size);

  // Waits for what is under way. Nothing may be started afterwards.
  void join() { pool_.join(); }

 private:
  boost::asio::thread_pool pool_;
};

}  // namespace glovebox
