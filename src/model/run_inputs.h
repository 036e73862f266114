// RunInputs: what a run was started with. It is kept with the job, to explain the run and to repeat
// it from any browser.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/tool.h"

namespace glovebox {

struct RunInputs {
  std::string project_name;
  std::string tool_version;                          // empty: not known yet
  std::map<std::string, ParameterValue> parameters;  // the given ones and the defaults
  std::vector<std::string> command;                  // argv, see shortened_command()
  std::optional<std::chrono::milliseconds> timeout;  // of the request; none: the tool's own
  std::string stdin_text;
};

// Longer standard input is not kept, only its size.
inline constexpr std::size_t kMostStdinKept = 16 << 10;
// A longer argument, such as a program that the manifest includes, is cut.
inline constexpr std::size_t kLongestArgumentKept = 1024;
// Of all arguments together; the rest is counted.
inline constexpr std::size_t kMostCommandKept = 16 << 10;

// A command that is short enough to be kept and shown with each run.
std::vector<std::string> shortened_command(const std::vector<std::string>& argv);

// The stored form: one text, shared by the copies of a record, because thousands of jobs may wait.
// Null: the job was accepted by a version that kept no inputs.
using KeptInputs = std::shared_ptr<const std::string>;
KeptInputs keep_inputs(const RunInputs& inputs);

// Sets projectName, toolVersion, parameters, command, timeoutMs, stdin and stdinBytes: null where
// they are not known, also for a damaged text.
void add_inputs(boost::json::object& execution, const KeptInputs& inputs);

}  // namespace glovebox
