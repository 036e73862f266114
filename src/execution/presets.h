// Presets: check-ups whose tools, parameters and limits the operator has fixed. Loaded once at the
// start. Threads: the event loop.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/awaitable.h"
#include "base/result.h"
#include "execution/checkups.h"
#include "model/preset.h"

namespace glovebox {

class Presets {
 public:
  virtual ~Presets() = default;

  // By name.
  virtual const std::vector<Preset>& list() const = 0;
  virtual Result<const Preset*> find(std::string_view name) const = 0;  // kNotFound
  // The check-up of the preset on the caller's project. kUnprocessable if the project is over the
  // preset's limits; else as Checkups::submit().
  virtual Awaitable<Result<SubmittedCheckup>> run(ClientId caller, std::string name,
                                                  ProjectId project,
                                                  std::string idempotency_key) = 0;
};

}  // namespace glovebox
