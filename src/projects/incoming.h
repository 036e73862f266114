// Incoming: the folder in which trees are made before they are published, one below incoming/ for
// each store that is open. It is locked (flock(2)) for as long as the store lives, so that another
// process that opens the same root sweeps only what dead ones left.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

// Any thread.
class Incoming {
 public:
  // Sweeps, then makes and locks a folder of its own below root_fd/incoming.
  static Result<std::unique_ptr<Incoming>> open(int root_fd);
  ~Incoming();
  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;

  int fd() const { return own_.get(); }

 private:
  Incoming(UniqueFd parent, std::string name, UniqueFd own)
      : parent_(std::move(parent)), name_(std::move(name)), own_(std::move(own)) {}

  UniqueFd parent_;
  std::string name_;
  UniqueFd own_;
};

}  // namespace glovebox
