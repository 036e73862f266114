// What a call of a tool asks for, from its `arguments`.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>

#include "execution/checkups.h"
#include "execution/findings.h"
#include "execution/jobs.h"
#include "model/tool.h"

namespace glovebox {

// Where the project comes from: an id, or files; neither for a tool that works on none.
struct ProjectArguments {
  std::string project_id;
  std::optional<boost::json::value> files;
};

struct RunArguments {
  ProjectArguments project;
  ExecuteRequest request;  // without its project
};
struct CheckupArguments {
  ProjectArguments project;
  CheckupRequest request;  // without its project
};
struct ReadRunArguments {
  std::string id;
  std::chrono::milliseconds wait{0};
};
struct ReadFindingsArguments {
  std::string id;
  FindingsQuery query;
};

// kValidation says which argument is wrong. A parameter of a tool is checked by the service.
Result<RunArguments> parse_run_arguments(const Tool& tool, boost::json::object arguments);
Result<CheckupArguments> parse_checkup_arguments(boost::json::object arguments);
// The tool that start_run names, and the arguments that the tool itself would have.
struct StartArguments {
  std::string tool;
  boost::json::object arguments;
};
Result<StartArguments> parse_start_arguments(boost::json::object arguments);
Result<ReadRunArguments> parse_read_run_arguments(boost::json::object arguments);
Result<ReadFindingsArguments> parse_read_findings_arguments(boost::json::object arguments);
Result<std::string> parse_examples_arguments(boost::json::object arguments);

}  // namespace glovebox
