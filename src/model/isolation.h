// IsolationReport: which layers hold a job on this host, which do not, why, and the remedy.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glovebox {

enum class Tier { kNone, kLandlock, kNamespaces };
// "none", "landlock", "namespaces".
std::string_view tier_name(Tier tier);

struct MissingLayer {
  std::string layer;
  std::string why;
  std::string remedy;
};

struct IsolationReport {
  Tier tier = Tier::kNone;
  std::vector<std::string> layers;  // that are on, in the order in which they are put on
  std::vector<MissingLayer> missing;
};

}  // namespace glovebox
