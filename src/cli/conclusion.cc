#include "cli/conclusion.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <cstdio>

#include "cli/exit_code.h"
#include "cli/run_report.h"
#include "model/json.h"

namespace glovebox {

namespace json = boost::json;

int conclude(const Conclusion& conclusion, bool as_json, const Terminal& terminal) {
  const Job& job = conclusion.job;
  if (as_json) {
    json::object execution = to_json(job, job.finished_at.value_or(job.created_at));
    execution["output"] = json::array(conclusion.lines.begin(), conclusion.lines.end());
    std::string text = json::serialize(execution) + "\n";
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  std::fflush(stdout);
  if (conclusion.output_closed) return kExitOutputClosed;
  std::string told =
      terminal.interactive ? run_summary(job, conclusion.saved_to, terminal) : plain_reason(job);
  std::fwrite(told.data(), 1, told.size(), stderr);
  return exit_code_of(job);
}

int fail(const Error& error, bool as_json) {
  if (as_json) {
    std::string text = json::serialize(to_json(error)) + "\n";
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
  }
  std::string told = error_line(error);
  std::fwrite(told.data(), 1, told.size(), stderr);
  return exit_code_of(error);
}

}  // namespace glovebox
