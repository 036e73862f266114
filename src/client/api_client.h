// The calls of http-api.md that the command line makes.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "client/http_call.h"
#include "model/job.h"
#include "model/project.h"

namespace glovebox {

struct ExecutionAnswer {
  Job job;                   // what of it an answer tells
  boost::json::object json;  // `Execution`, as it came
};

struct ExecuteCall {
  std::string tool_id;
  ProjectId project_id;
  boost::json::object parameters;
  std::optional<std::string> stdin_text;
  std::optional<std::chrono::milliseconds> timeout;
};

class ApiClient {
 public:
  // `api_key`: empty where there is none; else fit for a header field.
  explicit ApiClient(ServerUrl server, std::string api_key = {})
      : server_(std::move(server)), api_key_(std::move(api_key)) {}

  // An Error of the server's own comes back with its kind, message and details.
  Result<Project> upload(int archive_fd, const std::string& name, TopFolder top);
  // `Tool`.
  Result<boost::json::object> tool(const std::string& tool_id);
  // Blocks until the job has ended; interrupted, the server cancels it since its client goes away.
  Result<ExecutionAnswer> execute(const ExecuteCall& call);
  // Writes a file that a job made to a descriptor. kUser where the server sends another size than
  // the record has.
  Result<void> fetch_artifact(const JobId& job, const Artifact& artifact, int to_fd);

 private:
  // Error where it is none of 2xx.
  Result<HttpAnswer> answer_to(HttpCall call);
  Result<boost::json::object> object_of(HttpCall call);

  ServerUrl server_;
  std::string api_key_;
};

// "NAME=VALUE" texts as `parameters`, each of the type that `tool` gives it. Whether they are right
// is for the server to say; kValidation where a text has no '='.
Result<boost::json::object> parameters_from_texts(const boost::json::object& tool,
                                                  const std::vector<std::string>& texts);
// The fields of `Execution` that exit codes and summaries are made of. kInternal where one is
// missing or mistyped.
Result<Job> job_from_json(const boost::json::object& execution);
// The Error in an answer that is none of 2xx.
Error error_from_answer(const HttpAnswer& answer);

}  // namespace glovebox
