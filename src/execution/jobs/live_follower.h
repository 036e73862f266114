// The JobFollower of a LiveJob: it reads the job's own log, and keeps no copy.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>

#include "execution/jobs/job_follower.h"
#include "execution/jobs/output_hub.h"

namespace glovebox {

// `after` must not exceed the number of existing pieces of the current attempt. `loop` and the
// target of `status_of` must outlive every next(); `followed` contains the job as long as it has a
// follower.
std::unique_ptr<JobFollower> make_live_follower(boost::asio::io_context& loop,
                                                const OutputHub::StatusOf& status_of,
                                                std::shared_ptr<FollowedJobs> followed,
                                                LiveJobPtr job, std::int64_t after);

}  // namespace glovebox
