#include "model/isolation.h"

namespace glovebox {

std::string_view tier_name(Tier tier) {
  switch (tier) {
    case Tier::kNone:
      return "none";
    case Tier::kLandlock:
      return "landlock";
    case Tier::kNamespaces:
      return "namespaces";
  }
  return "none";
}

}  // namespace glovebox
