// CheckupStory: the CheckupFollower over jobs in memory and in the store.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "base/result.h"
#include "execution/checkups.h"
#include "execution/jobs/job_service.h"

namespace glovebox {

// `checkup` in its current state. `jobs` must outlive the result.
Result<std::unique_ptr<CheckupFollower>> make_checkup_follower(boost::asio::io_context& loop,
                                                               const JobService& jobs,
                                                               Checkup checkup,
                                                               const std::string& after);

}  // namespace glovebox
