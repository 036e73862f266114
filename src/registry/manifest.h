// A tool's manifest: one TOML file becomes one Tool, or a list of its problems.
//
// Every key is known and has a type; an unknown key is a problem. In short:
//
//   id, name, description, category     required texts; id is [a-z0-9-], at most 64
//   status       "available" (the default), "in-development" or "coming-soon"
//   command      required while available: argv with placeholders, see argv_template.h and
//                program_files.h
//   version      argv without placeholders
//   image        name of the image that the tool runs in (docs/toolboxes.md); without it the host's
//                /usr. Its programs are searched in the image, and its [environment] overrides
//                that of the image.
//   inputs       globs of file names, or of paths if they contain a slash
//   shebangs     programs: files whose first line names one of them match too
//   timeout      a duration, up to 24h: the wall time        stdin   true or false
//   [limits]     memory, disk, output_bytes: sizes; cpu_time: a duration; cpus: a number;
//                processes, open_files, output_lines: integers. Each is more than 0 and bounded.
//                The default of cpu_time is timeout × max(1, cpus), the most that can be used.
//   [exit_codes]    clean, findings, nothing: lists of codes from 0 to 255, each code once. What
//                the tool's codes say about the project; any other is a failure of the tool. 0 is
//                clean unless another list has it. Without the table a run has no verdict.
//   [environment]   names and values, used unchanged: no placeholders
//   [[parameters]]  name ([A-Za-z][A-Za-z0-9_-]*), title, description, type, required, default;
//                values (enum), minimum and maximum (integer, number), pattern (string; RE2's
//                syntax, the whole value), flag (boolean). The command uses every parameter.
//   [findings]   format, file, url, severity_map, [[findings.patterns]]: model/findings_spec.h
//   checkup      whether it takes part in "check everything"; by default, if it has [findings]
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/tool.h"

namespace glovebox {

// A problem of a manifest: where it is, and what to do about it.
struct ManifestProblem {
  std::filesystem::path file;
  int line = 0;  // 1-based; 0 if unknown
  std::string field;
  std::string message;
};

inline constexpr std::size_t kMaxManifestBytes = 256 << 10;
inline constexpr std::size_t kMaxParameters = 64;
inline constexpr std::size_t kMaxEnumValues = 256;
inline constexpr std::size_t kMaxCommandElements = 256;
// Further problems of a file are not listed.
inline constexpr std::size_t kMaxProblemsPerFile = 100;

// The tool, if there are no problems. Its status is as declared; its version and examples are
// empty. `file` is only used in the texts of problems. `programs` is the folder of the files that
// the command may include; empty: it may include none.
std::optional<Tool> parse_manifest(std::string_view text, const std::filesystem::path& file,
                                   std::vector<ManifestProblem>& problems,
                                   const std::filesystem::path& programs = {});

// The same from a file of at most kMaxManifestBytes, with the programs in the same folder.
std::optional<Tool> load_manifest(const std::filesystem::path& file,
                                  std::vector<ManifestProblem>& problems);

}  // namespace glovebox
