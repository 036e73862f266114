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
  std::string interpreter = {};  // the program's name in a first line "#!…"; empty: there is none
  bool operator==(const ProjectFile&) const = default;
};

// A symbolic link. The target is the link's own text: relative, and inside the project once every
// link on its way is resolved. It may be missing. The server itself never follows a link.
struct ProjectLink {
  std::string path;
  std::string target;
  bool operator==(const ProjectLink&) const = default;
};

// Something that was left out or changed when a project was taken in.
struct ProjectWarning {
  std::string path;  // as in the archive, fit for display
  std::string message;
  bool operator==(const ProjectWarning&) const = default;
};

inline constexpr std::size_t kMaxProjectWarnings = 100;

// How a project came in. It belongs to the upload, not to the tree: two archives with different
// notes may give the same tree.
struct ImportNotes {
  std::string root;                      // the one top folder that was taken off; empty: none was
  std::vector<ProjectWarning> warnings;  // the first kMaxProjectWarnings
  std::int64_t warning_count = 0;        // of all of them
  bool operator==(const ImportNotes&) const = default;
};

// What becomes of a folder that holds all that is in an archive, as in a forge's "Download ZIP".
enum class TopFolder {
  kTakenOff,  // it is the project, and its name is ImportNotes::root
  kKept,
};

struct ArchiveOptions {
  TopFolder top = TopFolder::kTakenOff;
  // The upload's own name, for a source file that is no archive. Empty: not known.
  std::string file_name = {};
};

// What storing a tree yields. The same files and links give the same hash.
struct ProjectTree {
  std::string sha256;              // lower-case hex; also the tree's folder in the store
  std::vector<ProjectFile> files;  // sorted by path
  std::vector<ProjectLink> links;  // sorted by path
  std::int64_t total_bytes = 0;
  ImportNotes notes;  // only where the tree has just been added
};

// A tool that has something to do on a project, and on how many of its files.
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
  // Of the tools that are registered now. Only where a client is told; not recorded.
  std::vector<ToolSuit> suits;
};

// A project with what is in it.
struct ProjectDetails {
  Project project;
  std::vector<ProjectFile> files;
  std::vector<ProjectLink> links;
};

}  // namespace glovebox
