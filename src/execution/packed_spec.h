// PackedSpec: what a job will run, in one block instead of one for each string: thousands of jobs
// may wait.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "model/limits.h"
#include "sandbox/sandbox.h"

namespace glovebox {

class PackedSpec {
 public:
  PackedSpec() = default;
  // All of it but the project: whoever holds the job holds that anyway.
  explicit PackedSpec(const ValidSpec& spec);

  // The spec again, on a project whose name was valid before.
  Result<ValidSpec> unpack(std::string project) const;
  const Limits& limits() const { return limits_; }

 private:
  std::string texts_;  // argv, then the environment, each with a NUL behind it
  std::size_t arguments_ = 0;
  Limits limits_;
  bool collect_artifacts_ = true;
};

}  // namespace glovebox
