// An id that cannot be mistaken for another id or for a plain string.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace glovebox {

template <class Tag>
class StrongId {
 public:
  StrongId() = default;
  explicit StrongId(std::string value) : value_(std::move(value)) {}
  const std::string& str() const { return value_; }
  bool empty() const { return value_.empty(); }
  auto operator<=>(const StrongId&) const = default;

 private:
  std::string value_;
};

}  // namespace glovebox

template <class Tag>
struct std::hash<glovebox::StrongId<Tag>> {
  std::size_t operator()(const glovebox::StrongId<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.str());
  }
};
