// Incoming: the folder in which trees are built before they are published. Each open store has one
// below incoming/. It is locked (flock(2)) while the store exists, so that another process that
// opens the same root removes only the folders of dead ones.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

// Any thread.
class Incoming {
 public:
  // Removes old folders, then creates and locks a new one below root_fd/incoming.
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
