// IsolationReport: which layers isolate a job on this host, which are missing, why, and the remedy.
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
  std::vector<std::string> layers;  // the layers that are on, in the order of set-up
  std::vector<MissingLayer> missing;
};

}  // namespace glovebox
