#include "execution/jobs/packed_spec.h"

#include <string_view>
#include <utility>

namespace glovebox {
namespace {

constexpr char kOwnText = '=';
constexpr char kSharedText = '@';

}  // namespace

PackedSpec SpecPacker::pack(const ToolId& tool, SandboxSpec spec, ExitCodes exit_codes,
                            std::optional<FindingsSpec> findings,
                            std::optional<LeasedImage> image) {
  PackedSpec packed;
  std::size_t bytes = 0;
  std::vector<std::string> shared;
  for (const std::string& text : spec.argv) {
    bytes += 2 + (text.size() < kSharedArgument ? text.size() : 0);
  }
  packed.argv_.reserve(bytes);
  for (std::string& text : spec.argv) {
    bool is_long = text.size() >= kSharedArgument;
    packed.argv_.push_back(is_long ? kSharedText : kOwnText);
    if (is_long) {
      shared.push_back(std::move(text));
    } else {
      packed.argv_.append(text);
    }
    packed.argv_.push_back('\0');
  }
  PackedSpec::Common common{std::move(spec.environment),
                            spec.limits,
                            spec.collect_artifacts,
                            spec.allow_ipc,
                            std::move(exit_codes),
                            std::move(shared),
                            std::move(findings),
                            std::move(spec.root),
                            std::move(image)};
  std::weak_ptr<const PackedSpec::Common>& last = last_[tool];
  packed.common_ = last.lock();
  if (!packed.common_ || *packed.common_ != common) {
    packed.common_ = std::make_shared<const PackedSpec::Common>(std::move(common));
    last = packed.common_;
  }
  return packed;
}

Result<ValidSpec> PackedSpec::unpack(std::string project) const {
  SandboxSpec spec;
  std::string_view rest = argv_;
  auto shared =
      common_ ? common_->long_arguments.begin() : std::vector<std::string>::const_iterator();
  while (!rest.empty()) {
    std::string_view text = rest.substr(0, rest.find('\0'));
    if (text.front() == kSharedText) {
      spec.argv.push_back(*shared++);
    } else {
      spec.argv.emplace_back(text.substr(1));
    }
    rest.remove_prefix(text.size() + 1);
  }
  if (common_) {
    spec.environment = common_->environment;
    spec.limits = common_->limits;
    spec.collect_artifacts = common_->collect_artifacts;
    spec.allow_ipc = common_->allow_ipc;
    spec.root = common_->root;
  }
  spec.project = std::move(project);
  return ValidSpec::validate(std::move(spec));
}

}  // namespace glovebox
