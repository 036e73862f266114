// What the command line asks for, as plain values. Settings are complete: flags, variables, file
// and defaults are already weighed.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/settings.h"
#include "model/limits.h"

namespace glovebox {

struct ServeCommand {
  Settings settings;
};

struct RunCommand {
  Settings settings;
  std::string tool;
  std::string path;                     // a directory or an archive
  std::vector<std::string> parameters;  // "NAME=VALUE"
  std::optional<std::chrono::milliseconds> timeout;
  std::string server;         // empty: on this machine
  std::string key_file;       // holds the key for the server; empty: there is none
  std::string api_key;        // of the environment, where there is no key_file; empty: none
  std::string artifacts_dir;  // empty: they are only listed
  bool json = false;
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
  bool json = false;
};

enum class KeyAction { kCreate, kList, kRemove };

struct KeyCommand {
  Settings settings;
  KeyAction action = KeyAction::kList;
  std::string name;  // whether it is one, is for the command to say
  // Of a new key; nothing: as all.
  std::optional<std::int64_t> hourly;
  std::optional<std::int64_t> concurrent;
  std::optional<std::chrono::milliseconds> expires_after;
  bool json = false;  // of the list
};

enum class DataAction { kCheck, kBackup, kRestore };

struct DataCommand {
  Settings settings;  // data_dir is the one that counts
  DataAction action = DataAction::kCheck;
  std::string backup;  // the folder of the backup
};

struct DoctorCommand {
  Settings settings;
  bool json = false;
};

// Something to print and be done: help, the version, or what is wrong with the command line.
struct PrintCommand {
  std::string text;
  bool is_error = false;
  int exit_code = 0;
};

using Command = std::variant<PrintCommand, ServeCommand, RunCommand, ExecCommand, ToolsCommand,
                             DoctorCommand, KeyCommand, DataCommand>;

}  // namespace glovebox
