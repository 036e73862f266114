// The calls of http-api.md that the command line uses.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "client/http_call.h"
#include "model/checkup.h"
#include "model/finding.h"
#include "model/job.h"
#include "model/project.h"

namespace glovebox {

struct ExecutionAnswer {
  Job job;                   // the fields of a response that are used
  boost::json::object json;  // `Execution`, as received
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
  // `api_key` may be empty; else it must be valid in a header field.
  explicit ApiClient(ServerUrl server, std::string api_key = {})
      : server_(std::move(server)), api_key_(std::move(api_key)) {}

  // An error from the server keeps its kind, message and details.
  Result<Project> upload(int archive_fd, const std::string& name, TopFolder top);
  // `Tool`.
  Result<boost::json::object> tool(const std::string& tool_id);
  // Blocks until the job has ended. If interrupted, the server cancels the job, because its client
  // disconnects.
  Result<ExecutionAnswer> execute(const ExecuteCall& call);
  // `Execution` with its output.
  Result<boost::json::object> execution(const JobId& id);
  // The list of `Tool`.
  Result<boost::json::array> tools();

  // A check-up by these tools; by every tool that suits where there is none. Returns at once.
  Result<Checkup> start_checkup(const ProjectId& project, const std::vector<std::string>& tools);
  Result<Checkup> checkup(const CheckupId& id);
  Result<void> cancel_checkup(const CheckupId& id);
  // All findings of a job that the server kept, at most kMostFindings.
  Result<std::vector<Finding>> findings(const JobId& job);
  static constexpr std::size_t kMostFindings = 25'000;
  // The first bytes of a file of a project, at most `max_bytes`.
  Result<std::string> project_file(const ProjectId& project, const std::string& path,
                                   std::size_t max_bytes);

  // Writes an artifact to a descriptor. kUser if the server sends another size than the record has.
  Result<void> fetch_artifact(const JobId& job, const Artifact& artifact, int to_fd);

 private:
  // An Error unless the status is 2xx.
  Result<HttpAnswer> answer_to(HttpCall call);
  Result<boost::json::object> object_of(HttpCall call);

  ServerUrl server_;
  std::string api_key_;
};

// Converts "NAME=VALUE" texts to `parameters`, each with the type that `tool` declares. The server
// validates the values; kValidation if a text has no '='.
Result<boost::json::object> parameters_from_texts(const boost::json::object& tool,
                                                  const std::vector<std::string>& texts);
// The fields of `Execution` that exit codes and summaries use. kInternal if one is missing or has
// the wrong type.
Result<Job> job_from_json(const boost::json::object& execution);
// `Checkup`; kInternal as above.
Result<Checkup> checkup_from_json(const boost::json::object& checkup);
// Escapes all characters that are not unreserved (RFC 3986) as %XX. A path keeps its slashes.
std::string percent_encoded(std::string_view text);
std::string percent_encoded_path(std::string_view path);
// The Error in a response that is not 2xx.
Error error_from_answer(const HttpAnswer& answer);

}  // namespace glovebox
