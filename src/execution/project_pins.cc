#include "execution/project_pins.h"

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
  made.project_ = project;
  made.sha256_ = sha256;
  if (!project.empty()) ++counts_->projects[project];
  ++counts_->trees[sha256];
  return made;
}

ProjectPins::Pin& ProjectPins::Pin::operator=(Pin&& other) noexcept {
  release();
  counts_ = std::exchange(other.counts_, {});
  project_ = std::move(other.project_);
  sha256_ = std::move(other.sha256_);
  return *this;
}

void ProjectPins::Pin::release() {
  std::shared_ptr<Counts> counts = std::exchange(counts_, {}).lock();
  if (!counts) return;
  auto project = counts->projects.find(project_);
  if (project != counts->projects.end() && --project->second == 0) counts->projects.erase(project);
  auto tree = counts->trees.find(sha256_);
  if (--tree->second > 0) return;
  counts->trees.erase(tree);
  counts->on_tree_free(sha256_);
}

bool ProjectPins::holds(const ProjectId& project) const {
  return counts_->projects.contains(project);
}

bool ProjectPins::holds_tree(const std::string& sha256) const {
  return counts_->trees.contains(sha256);
}

}  // namespace glovebox
