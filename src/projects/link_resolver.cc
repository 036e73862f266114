#include "projects/link_resolver.h"

#include <string>
#include <vector>

#include "projects/unpack_budget.h"

namespace glovebox {
namespace {

// Longer than any path in the project.
constexpr std::size_t kLongestPath = 8192;

void go_up(std::string& path) {
  std::size_t slash = path.rfind('/');
  path.resize(slash == std::string::npos ? 0 : slash);
}

// The first component is last, so that it can be taken from the back.
void push_components(std::string_view target, std::vector<std::string_view>& waiting) {
  while (true) {
    std::size_t slash = target.rfind('/');
    waiting.push_back(slash == std::string_view::npos ? target : target.substr(slash + 1));
    if (slash == std::string_view::npos) return;
    target = target.substr(0, slash);
  }
}

}  // namespace

Result<LinkFate> LinkResolver::fate_of(std::string_view path, std::string_view target) {
  if (target.starts_with('/')) return LinkFate::kAbsolute;
  std::string at(path);
  go_up(at);
  std::vector<std::string_view> waiting;
  push_components(target, waiting);
  int links_on_the_way = 0;
  while (!waiting.empty()) {
    if (++steps_ > kMaxSteps) {
      return refuse_archive("its symbolic links refer to each other too many times");
    }
    std::string_view component = waiting.back();
    waiting.pop_back();
    if (component.empty() || component == ".") continue;
    if (component == "..") {
      if (at.empty()) return LinkFate::kLeaves;
      go_up(at);
      continue;
    }
    if (!at.empty()) at += '/';
    at += component;
    if (at.size() > kLongestPath) return LinkFate::kInside;  // following it fails with ENAMETOOLONG
    auto link = links_.find(at);
    if (link == links_.end()) continue;
    if (++links_on_the_way > kMaxLinksOnTheWay) return LinkFate::kInside;
    if (link->second.starts_with('/')) return LinkFate::kAbsolute;
    go_up(at);
    push_components(link->second, waiting);
  }
  return LinkFate::kInside;
}

}  // namespace glovebox
