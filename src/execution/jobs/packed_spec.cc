#include "execution/jobs/packed_spec.h"

#include <string_view>
#include <utility>

namespace glovebox {

PackedSpec SpecPacker::pack(const ToolId& tool, SandboxSpec spec, ExitCodes exit_codes) {
  PackedSpec packed;
  std::size_t bytes = 0;
  for (const std::string& text : spec.argv) bytes += text.size() + 1;
  packed.argv_.reserve(bytes);
  for (const std::string& text : spec.argv) packed.argv_.append(text).push_back('\0');
  PackedSpec::Common common{std::move(spec.environment), spec.limits, spec.collect_artifacts,
                            spec.allow_ipc, std::move(exit_codes)};
  auto& last = last_[tool];
  if (!last || *last != common) {
    last = std::make_shared<const PackedSpec::Common>(std::move(common));
  }
  packed.common_ = last;
  return packed;
}

Result<ValidSpec> PackedSpec::unpack(std::string project) const {
  SandboxSpec spec;
  std::string_view rest = argv_;
  while (!rest.empty()) {
    std::string_view text = rest.substr(0, rest.find('\0'));
    spec.argv.emplace_back(text);
    rest.remove_prefix(text.size() + 1);
  }
  if (common_) {
    spec.environment = common_->environment;
    spec.limits = common_->limits;
    spec.collect_artifacts = common_->collect_artifacts;
    spec.allow_ipc = common_->allow_ipc;
  }
  spec.project = std::move(project);
  return ValidSpec::validate(std::move(spec));
}

}  // namespace glovebox
