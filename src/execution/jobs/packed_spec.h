// PackedSpec: what a job will run, as small as it can be: thousands of jobs may wait.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "model/findings_spec.h"
#include "model/ids.h"
#include "model/limits.h"
#include "model/verdict.h"
#include "sandbox/sandbox.h"

namespace glovebox {

class PackedSpec {
 public:
  PackedSpec() = default;

  // The spec again, on a project whose name was valid before.
  Result<ValidSpec> unpack(std::string project) const;
  Limits limits() const { return common_ ? common_->limits : Limits(); }
  // Those of the tool, for its verdict.
  ExitCodes exit_codes() const { return common_ ? common_->exit_codes : ExitCodes(); }
  // Of the tool; none: its output is not read for findings.
  std::optional<FindingsSpec> findings() const {
    return common_ ? common_->findings : std::nullopt;
  }

 private:
  friend class SpecPacker;
  // What most jobs of a tool have in common.
  struct Common {
    std::vector<std::string> environment;
    Limits limits;
    bool collect_artifacts = true;
    bool allow_ipc = false;
    ExitCodes exit_codes;
    // Arguments of kSharedArgument bytes and more: programs that the manifest took in.
    std::vector<std::string> long_arguments;
    std::optional<FindingsSpec> findings;
    bool operator==(const Common&) const = default;
  };
  std::shared_ptr<const Common> common_;
  // Each with a NUL behind it: kOwnText and the text, or kSharedText for the next of the long ones.
  std::string argv_;
};

// Threads: one at a time. What it packs may outlive it.
class SpecPacker {
 public:
  // Shorter ones are kept with each job.
  static constexpr std::size_t kSharedArgument = 1024;

  // All of it but the project: whoever holds the job holds that anyway.
  PackedSpec pack(const ToolId& tool, SandboxSpec spec, ExitCodes exit_codes = {},
                  std::optional<FindingsSpec> findings = std::nullopt);

 private:
  // The last of each tool: as many as there are tools.
  std::unordered_map<ToolId, std::shared_ptr<const PackedSpec::Common>> last_;
};

}  // namespace glovebox
