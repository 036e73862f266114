// PreparedJob: a validated request, with everything that is needed to run it.
#pragma once

#include <optional>
#include <string>

#include "execution/jobs/packed_spec.h"
#include "execution/projects/project_library.h"
#include "model/findings_spec.h"
#include "model/ids.h"
#include "model/run_inputs.h"
#include "model/verdict.h"
#include "sandbox/sandbox.h"

namespace glovebox {

// The key that a client gave its request.
struct JobKey {
  std::string text;  // empty: it has no key
  std::string fingerprint;
};

struct PreparedJob {
  ToolId tool_id;
  SandboxSpec spec;
  ExitCodes exit_codes;  // of the tool, for its verdict
  std::optional<FindingsSpec> findings;
  std::optional<LeasedImage> image;  // of the tool; none: the host's /usr
  std::string stdin_text;
  PinnedProject project;
  std::string request;  // for the store; empty: the job ends with its connection
  JobKey key;
  std::string webhook_url = {};
  KeptInputs inputs = {};
};

}  // namespace glovebox
