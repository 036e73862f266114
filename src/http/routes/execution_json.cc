#include "http/routes/execution_json.h"

#include "model/json.h"

namespace glovebox {

boost::json::object execution_json(const ExecutionResult& result, WithOutput with_output) {
  boost::json::object body = to_json(result.job, SystemClock().wall_now());
  if (with_output == WithOutput::kYes) {
    body["output"] = boost::json::array(result.output.begin(), result.output.end());
  }
  return body;
}

}  // namespace glovebox
