// PackedSpec: what a job will run, in as little memory as possible: thousands of jobs may wait.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "images/image_catalog.h"
#include "model/findings_spec.h"
#include "model/ids.h"
#include "model/limits.h"
#include "model/verdict.h"
#include "sandbox/sandbox.h"

namespace glovebox {

// The image of a job's tool. It stays where it is as long as a job has it.
struct LeasedImage {
  ImageRef id;
  ImageLeasePtr lease;
  bool operator==(const LeasedImage&) const = default;
};

class PackedSpec {
 public:
  PackedSpec() = default;

  // Restores the spec, for a project whose name was validated before.
  Result<ValidSpec> unpack(std::string project) const;
  Limits limits() const { return common_ ? common_->limits : Limits(); }
  // The tool's exit codes, for the verdict.
  ExitCodes exit_codes() const { return common_ ? common_->exit_codes : ExitCodes(); }
  // Of the tool; none: its output is not read for findings.
  std::optional<FindingsSpec> findings() const {
    return common_ ? common_->findings : std::nullopt;
  }

  // Of the tool; none: it runs in the host's /usr.
  std::optional<ImageRef> image() const {
    return common_ && common_->image ? std::optional(common_->image->id) : std::nullopt;
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
    // Arguments of at least kSharedArgument bytes: programs that the manifest included.
    std::vector<std::string> long_arguments;
    std::optional<FindingsSpec> findings;
    std::string root;
    std::optional<LeasedImage> image;
    bool operator==(const Common&) const = default;
  };
  std::shared_ptr<const Common> common_;
  // Each entry ends with NUL: kOwnText and the text, or kSharedText for the next of the long ones.
  std::string argv_;
};

// Threads: one at a time. The specs that it packs may outlive it.
class SpecPacker {
 public:
  // Shorter arguments are stored with each job.
  static constexpr std::size_t kSharedArgument = 1024;

  // Everything except the project, which the job's owner has anyway.
  PackedSpec pack(const ToolId& tool, SandboxSpec spec, ExitCodes exit_codes = {},
                  std::optional<FindingsSpec> findings = std::nullopt,
                  std::optional<LeasedImage> image = std::nullopt);

 private:
  // The last of each tool that a job still has: without one, its image may be removed.
  std::unordered_map<ToolId, std::weak_ptr<const PackedSpec::Common>> last_;
};

}  // namespace glovebox
