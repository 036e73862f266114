// JobLog: the line that the log has of each job, written at its end.
#pragma once

#include "execution/job_observer.h"

namespace glovebox {

class JobLog final : public JobObserver {
 public:
  void job_ended(const Job& job) override;
};

}  // namespace glovebox
