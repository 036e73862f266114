#include "execution/projects/project_pins.h"

#include <utility>

namespace glovebox {

struct ProjectPins::Counts {
  std::unordered_map<ProjectId, std::size_t> projects;
  std::unordered_map<std::string, std::size_t> trees;
  std::function<void(const std::string&)> on_tree_free;
};

ProjectPins::ProjectPins(std::function<void(const std::string& sha256)> on_tree_free)
    : counts_(std::make_shared<Counts>()) {
  counts_->on_tree_free = std::move(on_tree_free);
}

ProjectPins::Pin ProjectPins::pin(const ProjectId& project, const std::string& sha256) {
  Pin made;
  made.counts_ = counts_;
  made.tree_ = &*counts_->trees.try_emplace(sha256).first;
  ++made.tree_->second;
  if (project.empty()) return made;
  made.project_ = &*counts_->projects.try_emplace(project).first;
  ++made.project_->second;
  return made;
}

ProjectPins::Pin& ProjectPins::Pin::operator=(Pin&& other) noexcept {
  release();
  counts_ = std::exchange(other.counts_, {});
  project_ = other.project_;
  tree_ = other.tree_;
  return *this;
}

void ProjectPins::Pin::release() {
  std::shared_ptr<Counts> counts = std::exchange(counts_, {}).lock();
  if (!counts) return;
  if (project_ && --project_->second == 0) counts->projects.erase(ProjectId(project_->first));
  if (--tree_->second > 0) return;
  std::string sha256 = tree_->first;
  counts->trees.erase(sha256);
  counts->on_tree_free(sha256);
}

bool ProjectPins::holds(const ProjectId& project) const {
  return counts_->projects.contains(project);
}

bool ProjectPins::holds_tree(const std::string& sha256) const {
  return counts_->trees.contains(sha256);
}

}  // namespace glovebox
