// ProjectPins: what must not be removed now: a job waits or runs with it, or it is being recorded.
//
// Threads: the event loop. A pin may outlive the table.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "model/ids.h"

namespace glovebox {

class ProjectPins {
  struct Counts;

 public:
  // Valid while it exists.
  class Pin {
   public:
    Pin() = default;
    Pin(Pin&&) noexcept = default;
    Pin& operator=(Pin&& other) noexcept;
    ~Pin() { release(); }
    void release();
    // The hash of the pinned tree. Only while both the pin and the table exist.
    const std::string& tree() const { return tree_->first; }

   private:
    friend class ProjectPins;
    using Project = std::pair<const ProjectId, std::size_t>;
    using Tree = std::pair<const std::string, std::size_t>;
    std::weak_ptr<Counts> counts_;
    // In the table, while the table exists.
    Project* project_ = nullptr;  // null: only the tree is pinned
    Tree* tree_ = nullptr;
  };

  // Called each time a tree has lost its last pin.
  explicit ProjectPins(std::function<void(const std::string& sha256)> on_tree_free);

  Pin pin_tree(const std::string& sha256) { return pin(ProjectId(), sha256); }
  Pin pin(const ProjectId& project, const std::string& sha256);

  bool holds(const ProjectId& project) const;
  bool holds_tree(const std::string& sha256) const;

 private:
  std::shared_ptr<Counts> counts_;
};

}  // namespace glovebox
