// The names of things. Ids that we make hold 130 random bits behind a readable prefix.
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
