// The names of things. Ids that we make hold 130 random bits behind a readable prefix.
//
// Between both, a job's has the time: jobs are added in the order of their ids, at the end of each
// of the database's trees instead of anywhere.
#pragma once

#include "base/strong_id.h"

namespace glovebox {

using ToolId = StrongId<struct ToolIdTag>;
using ProjectId = StrongId<struct ProjectIdTag>;
using JobId = StrongId<struct JobIdTag>;
// Who asks: an API key's name, else an address as admission counts it ("ip:192.0.2.7").
using ClientId = StrongId<struct ClientIdTag>;

ProjectId new_project_id();
JobId new_job_id();

}  // namespace glovebox
