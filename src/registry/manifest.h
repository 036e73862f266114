// A tool's manifest: one TOML file becomes one Tool, or a list of what is wrong with it.
//
// Every key is known and has a type; a key that is not known is a problem. In short:
//
//   id, name, description, category     required texts; id is [a-z0-9-], at most 64
//   status       "available" (the default), "in-development" or "coming-soon"
//   command      required while available: argv with placeholders, see argv_template.h and
//                program_files.h
//   version      argv without placeholders
//   inputs       globs of file names, or of paths where they hold a slash
//   shebangs     programs: files whose first line names one of them are taken too
//   timeout      a duration, up to 24h: the wall time        stdin   true or false
//   [limits]     memory, disk, output_bytes: sizes; cpu_time: a duration; cpus: a number;
//                processes, open_files, output_lines: integers. Each is more than 0 and bounded.
//                cpu_time is timeout × max(1, cpus) where it is not given: what the tool could use.
//   [exit_codes]    clean, findings, nothing: lists of codes from 0 to 255, each code once. What
//                the tool's codes say about the project; any other is the tool's failure. 0 is
//                clean unless it stands elsewhere. Without the table a run has no verdict.
//   [environment]   names and values, taken as they stand: no placeholders
//   [[parameters]]  name ([A-Za-z][A-Za-z0-9_-]*), title, description, type, required, default;
//                values (enum), minimum and maximum (integer, number), pattern (string; RE2's
//                syntax, the whole value), flag (boolean). Every parameter stands in the command.
//   [findings]   format, file, url, severity_map, [[findings.patterns]]: model/findings_spec.h
//   checkup      whether it takes part in "check everything"; true where [findings] is there
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/tool.h"

namespace glovebox {

// What is wrong with a manifest: where, and what to do about it.
struct ManifestProblem {
  std::filesystem::path file;
  int line = 0;  // 1-based; 0 where there is none
  std::string field;
  std::string message;
};

inline constexpr std::size_t kMaxManifestBytes = 256 << 10;
inline constexpr std::size_t kMaxParameters = 64;
inline constexpr std::size_t kMaxEnumValues = 256;
inline constexpr std::size_t kMaxCommandElements = 256;
// A file's problems beyond these are not listed.
inline constexpr std::size_t kMaxProblemsPerFile = 100;

// The tool, where there is nothing to complain of. Its status is as declared, its version and
// examples are empty. `file` only names the file in problems. `programs` is the folder whose files
// the command may take in; empty: it may take in none.
std::optional<Tool> parse_manifest(std::string_view text, const std::filesystem::path& file,
                                   std::vector<ManifestProblem>& problems,
                                   const std::filesystem::path& programs = {});

// The same from a file of at most kMaxManifestBytes, with the programs beside it.
std::optional<Tool> load_manifest(const std::filesystem::path& file,
                                  std::vector<ManifestProblem>& problems);

}  // namespace glovebox
