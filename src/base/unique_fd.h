// UniqueFd owns one file descriptor and closes it. It has no conversion to bool, because descriptor
// 0 is valid.
#pragma once

#include <unistd.h>

#include <utility>

namespace glovebox {

class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    reset(other.release());
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  // close(2) is not retried on EINTR, because on Linux the descriptor is closed anyway.
  void reset(int fd = -1) {
    int old = std::exchange(fd_, fd);
    if (old >= 0 && old != fd) ::close(old);
  }
  explicit operator bool() const = delete;

 private:
  int fd_ = -1;
};

}  // namespace glovebox
