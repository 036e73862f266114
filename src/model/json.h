// The JSON forms of http-api.md, shared by the server and the command line.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/error.h"
#include "model/isolation.h"
#include "model/job.h"
#include "model/project.h"
#include "model/tool.h"

namespace glovebox {

boost::json::object to_json(const ImageRef& image);
boost::json::object to_json(const Tool& tool);
boost::json::object to_json(const ExampleInfo& example);
boost::json::object to_json(const Parameter& parameter);
// `Project`, without `files` and `links`.
boost::json::object to_json(const Project& project);
boost::json::array to_json(const std::vector<ProjectFile>& files);
boost::json::array to_json(const std::vector<ProjectLink>& links);
boost::json::array to_json(const std::vector<ProjectWarning>& warnings);
// `Execution`, without `output`. For a job that has not ended, queuedMs and durationMs run up to
// `now`.
boost::json::object to_json(const Job& job, WallTime now);
boost::json::object to_json(const IsolationReport& report);
// {"error": {"type", "message", "details"?}}
boost::json::object to_json(const Error& error);

}  // namespace glovebox
