// Where a symbolic link of a project leads, told from the project's names alone: nothing on a disk
// is looked at, and nothing is followed. It is asked once every link of the project is known,
// since a link may lead through other links.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "projects/entry_set.h"

namespace glovebox {

enum class LinkFate {
  kInside,    // or nowhere: it dangles inside, or it is part of a loop
  kAbsolute,  // its own target, or that of a link on its way
  kLeaves,    // by ".."
};

// One thread. `links` must outlive it, with paths relative to the project's root.
class LinkResolver {
 public:
  // As in Linux (path_resolution(7)), which gives up with ELOOP.
  static constexpr int kMaxLinksOnTheWay = 40;
  // For all links of a project together.
  static constexpr std::int64_t kMaxSteps = 5'000'000;

  explicit LinkResolver(const LinkMap& links) : links_(links) {}

  // kUnprocessable where the links of the project take more than kMaxSteps to resolve.
  Result<LinkFate> fate_of(std::string_view path, std::string_view target);

 private:
  const LinkMap& links_;
  std::int64_t steps_ = 0;
};

}  // namespace glovebox
