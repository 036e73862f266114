// Project: an uploaded tree of files, immutable, stored once under the hash of its content.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/ids.h"

namespace glovebox {

struct ProjectFile {
  std::string path;  // relative, '/' between components, no "." or ".."
  std::int64_t size_bytes = 0;
  bool executable = false;
  std::string interpreter = {};  // the program's name in a first line "#!…"; may be empty
  bool operator==(const ProjectFile&) const = default;
};

// A symbolic link. The target is the link's own text: relative, and inside the project after every
// link on its path is resolved. It may not exist. The server never follows a link.
struct ProjectLink {
  std::string path;
  std::string target;
  bool operator==(const ProjectLink&) const = default;
};

// Something that was left out or changed during the import of a project.
struct ProjectWarning {
  std::string path;  // as in the archive, safe to display
  std::string message;
  bool operator==(const ProjectWarning&) const = default;
};

inline constexpr std::size_t kMaxProjectWarnings = 100;

// How a project was imported. It belongs to the upload, not to the tree: two archives with
// different notes can give the same tree.
struct ImportNotes {
  std::string root;                      // the single top folder that was removed; empty: none
  std::vector<ProjectWarning> warnings;  // the first kMaxProjectWarnings
  std::int64_t warning_count = 0;        // the number of all warnings
  bool operator==(const ImportNotes&) const = default;
};

// What to do with a single top folder in an archive, as in a forge's "Download ZIP".
enum class TopFolder {
  kTakenOff,  // it becomes the project, and its name is ImportNotes::root
  kKept,
};

struct ArchiveOptions {
  TopFolder top = TopFolder::kTakenOff;
  // The upload's name, for a source file that is not an archive. Empty: unknown.
  std::string file_name = {};
};

// The result of storing a tree. The same files and links give the same hash.
struct ProjectTree {
  std::string sha256;              // lower-case hex; also the tree's folder in the store
  std::vector<ProjectFile> files;  // sorted by path
  std::vector<ProjectLink> links;  // sorted by path
  std::int64_t total_bytes = 0;
  ImportNotes notes;  // only if the tree has just been added
};

// A tool that accepts files of a project, and how many.
struct ToolSuit {
  ToolId tool_id;
  std::int64_t files = 0;
  bool operator==(const ToolSuit&) const = default;
};

struct Project {
  ProjectId id;
  ClientId owner;
  std::string name;  // as uploaded, cleaned for display
  std::string sha256;
  std::int64_t file_count = 0;
  std::int64_t total_bytes = 0;
  WallTime created_at;
  WallTime expires_at;
  ImportNotes notes;
  // For the tools registered now. Set only in responses; not recorded.
  std::vector<ToolSuit> suits;
};

// A project with its files and links.
struct ProjectDetails {
  Project project;
  std::vector<ProjectFile> files;
  std::vector<ProjectLink> links;
};

}  // namespace glovebox
