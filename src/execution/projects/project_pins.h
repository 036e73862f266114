// ProjectPins: what must not be removed at this moment, and why: a job waits or runs on it, or it
// is just being recorded.
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
  // Holds while it lives.
  class Pin {
   public:
    Pin() = default;
    Pin(Pin&&) noexcept = default;
    Pin& operator=(Pin&& other) noexcept;
    ~Pin() { release(); }
    void release();
    // The hash of what it holds. Only while it and the table live.
    const std::string& tree() const { return tree_->first; }

   private:
    friend class ProjectPins;
    using Project = std::pair<const ProjectId, std::size_t>;
    using Tree = std::pair<const std::string, std::size_t>;
    std::weak_ptr<Counts> counts_;
    // In the table, while it is there.
    Project* project_ = nullptr;  // null: only the tree
    Tree* tree_ = nullptr;
  };

  // Called each time a tree's last pin has gone.
  explicit ProjectPins(std::function<void(const std::string& sha256)> on_tree_free);

  Pin pin_tree(const std::string& sha256) { return pin(ProjectId(), sha256); }
  Pin pin(const ProjectId& project, const std::string& sha256);

  bool holds(const ProjectId& project) const;
  bool holds_tree(const std::string& sha256) const;

 private:
  std::shared_ptr<Counts> counts_;
};

}  // namespace glovebox
