// PresetService: Presets, by check-ups. Threads: the event loop.
#pragma once

#include <string>
#include <vector>

#include "execution/checkups.h"
#include "execution/presets.h"
#include "execution/projects.h"

namespace glovebox {

class PresetService final : public Presets {
 public:
  // `presets` by name. The others must outlive it.
  PresetService(std::vector<Preset> presets, Projects& projects, Checkups& checkups)
      : presets_(std::move(presets)), projects_(projects), checkups_(checkups) {}

  const std::vector<Preset>& list() const override { return presets_; }
  Result<const Preset*> find(std::string_view name) const override;
  Awaitable<Result<SubmittedCheckup>> run(ClientId caller, std::string name, ProjectId project,
                                          std::string idempotency_key) override;

 private:
  std::vector<Preset> presets_;
  Projects& projects_;
  Checkups& checkups_;
};

}  // namespace glovebox
