// The parsed command line as plain values. Settings are complete: flags, variables, file and
// defaults are merged.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/settings.h"
#include "findings/report/report.h"
#include "model/finding.h"
#include "model/limits.h"

namespace glovebox {

struct ServeCommand {
  Settings settings;
};

// The server that does the work.
struct ServerAccess {
  std::string server;    // its URL; empty: this machine
  std::string key_file;  // file with the key for the server; may be empty
  std::string api_key;   // from the environment, if there is no key_file; may be empty
};

struct RunCommand : ServerAccess {
  Settings settings;
  std::string tool;
  std::string path;                     // a directory or an archive
  std::vector<std::string> parameters;  // "NAME=VALUE"
  std::optional<std::chrono::milliseconds> timeout;
  std::string artifacts_dir;  // empty: only list them
  bool json = false;
};

struct CheckReport {
  ReportFormat format = ReportFormat::kSarif;
  std::string file;  // "-": standard output
};

struct CheckCommand : ServerAccess {
  Settings settings;
  std::string path;                // a directory, an archive or a source file
  std::vector<std::string> tools;  // empty: every tool that is applicable
  FindingSeverity fail_on = FindingSeverity::kWarning;
  std::vector<CheckReport> reports;
  bool json = false;
};

struct McpCommand {
  Settings settings;
  std::vector<std::string> folders;  // that may be worked on
};

struct ExecCommand {
  Settings settings;
  std::vector<std::string> argv;
  std::string project;  // empty: /work starts empty
  Limits limits;
  std::vector<std::string> environment;  // "NAME=VALUE"
  std::string artifacts_dir;
  bool json = false;
};

struct ToolsCommand {
  Settings settings;
  std::string check_dir;  // empty: list the tools
  std::string suits;      // a project; empty: list all
  bool json = false;
};

enum class KeyAction { kCreate, kList, kRemove };

struct KeyCommand {
  Settings settings;
  KeyAction action = KeyAction::kList;
  std::string name;  // the command checks whether the name is valid
  // Limits of a new key. Unset: the limits for all clients.
  std::optional<std::int64_t> hourly;
  std::optional<std::int64_t> concurrent;
  std::optional<std::chrono::milliseconds> expires_after;
  bool json = false;  // of the list
};

enum class DataAction { kCheck, kBackup, kRestore };

struct DataCommand {
  Settings settings;  // only data_dir is used
  DataAction action = DataAction::kCheck;
  std::string backup;  // the folder of the backup
};

enum class ImageAction { kPull, kImport, kList, kRemove };

struct ImageCommand {
  Settings settings;
  ImageAction action = ImageAction::kList;
  std::string source;  // the image's address, or a file to import
  std::string name;
  std::string policy;      // a file; empty: the one that applies
  std::string tls_verify;  // "true", "false" or empty
  ByteCount max_size;
  std::int64_t max_entries = 0;
  std::chrono::seconds timeout{0};
  bool force = false;
  bool json = false;  // of the list
};

struct DoctorCommand {
  Settings settings;
  bool json = false;
};

struct InitCommand {
  // Unset: `init` asks on a terminal, and otherwise leaves it out.
  std::optional<std::string> command, inputs, findings, finding_codes;
  std::string file;  // empty: named after the tool, in this folder
};

// Text to print before exiting: help, the version, or a mistake on the command line.
struct PrintCommand {
  std::string text;
  bool is_error = false;
  int exit_code = 0;
};

using Command =
    std::variant<PrintCommand, ServeCommand, RunCommand, CheckCommand, McpCommand, ExecCommand,
                 ToolsCommand, DoctorCommand, KeyCommand, DataCommand, InitCommand, ImageCommand>;

}  // namespace glovebox
