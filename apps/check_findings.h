// CheckFindings: reads the findings of all jobs of a service while they run. TreeSource: the lines
// that they are about.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "execution/job_observer.h"
#include "findings/finding_reader.h"
#include "findings/source/source_lines.h"
#include "projects/project_store.h"
#include "registry/tool_registry.h"
#include "sandbox/sandbox.h"

namespace glovebox {

// Threads: the event loop.
class CheckFindings final : public JobObserver {
 public:
  struct Found {
    std::vector<Finding> findings;  // without fingerprints
    FindingCounts counts;
  };

  // Must outlive it. Call set_files() before the first job.
  explicit CheckFindings(const ToolRegistry& registry) : registry_(registry) {}
  void set_files(const std::vector<ProjectFile>& files);

  void job_started(const Job& job) override;
  void output_appended(const JobId& job, OutputStream stream, std::string_view bytes) override;
  bool wants_all_output() const override { return true; }
  // What a job created, before its end.
  void read_artifacts(const JobId& job, const std::vector<CollectedArtifact>& artifacts);

  // Of a job that has ended. Once for each.
  Found take(const JobId& job);

 private:
  struct Reading {
    std::string file;  // the artifact that holds them; empty: none does
    std::unique_ptr<FindingReader> reader;
  };

  const ToolRegistry& registry_;
  std::shared_ptr<const ProjectFiles> files_;
  std::unordered_map<JobId, Reading> jobs_;
};

class TreeSource final : public SourceFiles {
 public:
  TreeSource(const ProjectStore& store, std::string sha256)
      : store_(store), sha256_(std::move(sha256)) {}
  std::string read(std::string_view path, std::size_t max_bytes) override;

 private:
  const ProjectStore& store_;
  std::string sha256_;
};

}  // namespace glovebox
