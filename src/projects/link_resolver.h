// Determines where a symbolic link of a project leads, from the project's names only: it reads no
// disk and follows no link. Call it when every link of the project is known, because a link may
// lead through other links.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "projects/entry_set.h"

namespace glovebox {

enum class LinkFate {
  kInside,    // or nowhere: it dangles inside the project, or is part of a loop
  kAbsolute,  // its own target, or that of a link on its path
  kLeaves,    // by ".."
};

// One thread. `links` must outlive it; its paths are relative to the project's root.
class LinkResolver {
 public:
  // Like Linux, which fails with ELOOP (path_resolution(7)).
  static constexpr int kMaxLinksOnTheWay = 40;
  // For all links of a project together.
  static constexpr std::int64_t kMaxSteps = 5'000'000;

  explicit LinkResolver(const LinkMap& links) : links_(links) {}

  // kUnprocessable if resolving the project's links needs more than kMaxSteps.
  Result<LinkFate> fate_of(std::string_view path, std::string_view target);

 private:
  const LinkMap& links_;
  std::int64_t steps_ = 0;
};

}  // namespace glovebox
