#include "execution/packed_spec.h"

#include <string_view>
#include <utility>

namespace glovebox {

PackedSpec::PackedSpec(const ValidSpec& valid) {
  const SandboxSpec& spec = valid.get();
  std::size_t bytes = 0;
  for (const auto* texts : {&spec.argv, &spec.environment}) {
    for (const std::string& text : *texts) bytes += text.size() + 1;
  }
  texts_.reserve(bytes);
  for (const auto* texts : {&spec.argv, &spec.environment}) {
    for (const std::string& text : *texts) texts_.append(text).push_back('\0');
  }
  arguments_ = spec.argv.size();
  limits_ = spec.limits;
  collect_artifacts_ = spec.collect_artifacts;
}

Result<ValidSpec> PackedSpec::unpack(std::string project) const {
  SandboxSpec spec;
  std::string_view rest = texts_;
  while (!rest.empty()) {
    std::string_view text = rest.substr(0, rest.find('\0'));
    bool argument = spec.argv.size() < arguments_;
    (argument ? spec.argv : spec.environment).emplace_back(text);
    rest.remove_prefix(text.size() + 1);
  }
  spec.project = std::move(project);
  spec.limits = limits_;
  spec.collect_artifacts = collect_artifacts_;
  return ValidSpec::validate(std::move(spec));
}

}  // namespace glovebox
