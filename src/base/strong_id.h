// An id type that cannot be confused with another id or with a plain string.
//
// Its text is immutable and shared by its copies, so that each id is one pointer. Threads: each
// copy by itself.
#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace glovebox {

// The text of an id, with its reference count.
class IdText : public boost::intrusive_ref_counter<IdText, boost::thread_safe_counter> {
 public:
  explicit IdText(std::string text) : text_(std::move(text)) { text_.shrink_to_fit(); }
  const std::string& get() const { return text_; }

 private:
  std::string text_;
};

template <class Tag>
class StrongId {
 public:
  StrongId() = default;
  explicit StrongId(std::string value)
      : text_(value.empty() ? nullptr : new IdText(std::move(value))) {}
  // Valid as long as any copy.
  const std::string& str() const {
    static const std::string kEmpty;
    return text_ ? text_->get() : kEmpty;
  }
  bool empty() const { return !text_; }
  bool operator==(const StrongId& other) const {
    return text_ == other.text_ || str() == other.str();
  }
  auto operator<=>(const StrongId& other) const { return str() <=> other.str(); }

 private:
  boost::intrusive_ptr<const IdText> text_;
};

}  // namespace glovebox

template <class Tag>
struct std::hash<glovebox::StrongId<Tag>> {
  std::size_t operator()(const glovebox::StrongId<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.str());
  }
};
