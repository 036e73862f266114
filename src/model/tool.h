// Tool: a registered program, from its manifest and from probing it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/findings_spec.h"
#include "model/ids.h"
#include "model/image.h"
#include "model/limits.h"
#include "model/verdict.h"

namespace glovebox {

using ParameterValue = std::variant<std::string, std::int64_t, double, bool>;

enum class ParameterType { kString, kInteger, kNumber, kBoolean, kEnum };
// "string", "integer", "number", "boolean", "enum".
std::string_view parameter_type_name(ParameterType type);

struct Parameter {
  std::string name;
  std::string title;
  std::string description;
  ParameterType type = ParameterType::kString;
  std::optional<ParameterValue> default_value;
  bool required = false;
  std::vector<std::string> values;  // of an enum
  std::optional<double> minimum;    // for an integer or a number, inclusive
  std::optional<double> maximum;
  std::string pattern;  // RE2 syntax, matched against the whole string; empty: any
  std::string flag;     // for a boolean: the argv element when true
};

enum class ToolStatus { kAvailable, kUnavailable, kInDevelopment, kComingSoon };
// "available", "unavailable", "in-development", "coming-soon".
std::string_view tool_status_name(ToolStatus status);

struct ExampleInfo {
  std::string name;  // the folder's
  std::string title;
  std::string description;
  std::int64_t file_count = 0;
};

struct Tool {
  ToolId id;
  std::string name;
  std::string description;
  std::string category;
  ToolStatus status = ToolStatus::kAvailable;
  std::string status_reason;                 // empty when available
  std::string version;                       // what the program prints; empty until probed
  std::vector<std::string> command;          // argv with {placeholders}
  std::vector<std::string> version_command;  // empty: not probed
  std::vector<std::string> inputs;           // globs, see registry/input_matcher.h
  std::vector<std::string> shebangs;         // interpreters whose scripts it accepts
  bool takes_stdin = false;
  // Sandbox layers without which it cannot work: "proc", "ipc".
  std::vector<std::string> needs;
  Limits limits;
  ExitCodes exit_codes;  // empty: the manifest declares none
  std::map<std::string, std::string> environment;
  std::vector<Parameter> parameters;
  std::vector<ExampleInfo> examples;
  std::optional<FindingsSpec> findings;  // none: its output is only text
  bool in_checkup = false;               // takes part in "check everything"
  std::string image;                     // name of its image; empty: the host's /usr
  // Set while it is available, if it has an image.
  std::optional<ToolImage> image_root;

  bool needs_layer(std::string_view layer) const {
    return std::find(needs.begin(), needs.end(), layer) != needs.end();
  }
};

// A validated command: exactly what will be executed. Never a shell line.
struct Invocation {
  std::vector<std::string> argv;
  std::vector<std::string> environment;  // "NAME=VALUE"
  std::string stdin_text;
  std::map<std::string, ParameterValue> values;  // of its parameters, with the defaults
};

}  // namespace glovebox
