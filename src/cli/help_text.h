// The prose of --help.
#pragma once

#include <string_view>

namespace glovebox::help {

inline constexpr std::string_view kAbout =
    "Glovebox runs command-line tools on projects, each run sealed from this machine, from the\n"
    "network and from every other run.";

inline constexpr std::string_view kFooter =
    "Examples:\n"
    "  glovebox tools                                  what can be run\n"
    "  glovebox run cppcheck ./my-project              a tool on a folder, sealed\n"
    "  glovebox run pylint code.zip --json             on an archive, the result as JSON\n"
    "  glovebox exec --project . --timeout 10s -- make test\n"
    "  glovebox serve --listen 127.0.0.1:8080          the same over HTTP\n"
    "  glovebox doctor                                 how well this machine can seal\n"
    "\n"
    "'glovebox COMMAND --help' tells more of each.";

inline constexpr std::string_view kServe =
    "Start the HTTP server.\n"
    "Prints 'listening on http://HOST:PORT' once it accepts. SIGTERM or Ctrl-C lets running jobs\n"
    "finish (see --drain-timeout); a second one ends everything at once.";

inline constexpr std::string_view kServeFooter =
    "Each setting is also a variable (--hourly-per-client: GLOVEBOX_HOURLY_PER_CLIENT) and a key\n"
    "of the --config file, a TOML file with the sections named above:\n"
    "\n"
    "  [server]\n"
    "  listen = \"0.0.0.0:8080\"\n"
    "  [limits]\n"
    "  hourly_per_client = 100\n"
    "  upload_bytes = \"200MiB\"\n"
    "\n"
    "A flag outweighs a variable, a variable the file.";

inline constexpr std::string_view kRun =
    "Run a registered tool on a directory or an archive.\n"
    "The tool's output is passed through and its exit code is kept. The project itself is never\n"
    "changed: the tool works on a copy, and --artifacts saves what it made there.";

inline constexpr std::string_view kKey =
    "Make, list and remove the API keys of a server.\n"
    "They stand, as hashes, in the file that its keys_file setting names. The server sees a "
    "change\n"
    "within seconds.";

inline constexpr std::string_view kKeyFooter =
    "Examples:\n"
    "  glovebox key create ci --keys-file keys.toml > ci.key\n"
    "  glovebox key list --keys-file keys.toml\n"
    "  glovebox key remove ci --keys-file keys.toml\n"
    "  glovebox serve --keys-file keys.toml\n"
    "  glovebox run cppcheck ./my-project --server http://127.0.0.1:8080 --key-file ci.key";

inline constexpr std::string_view kKeyCreate =
    "Make a key and print it, once: only its hash is kept.\n"
    "The key alone goes to standard output. The keys file is made where there is none.";

inline constexpr std::string_view kKeyCreateFooter =
    "Jobs and projects belong to the name: whoever gets a new key of that name later has them.\n"
    "\n"
    "Examples:\n"
    "  glovebox key create ci --keys-file keys.toml > ci.key\n"
    "  glovebox key create ann@example.org --hourly 100 --concurrent 10 --expires 90d";

inline constexpr std::string_view kKeyList = "List the keys: names, limits, when they end.";

inline constexpr std::string_view kKeyRemove =
    "Remove a key: it works no longer.\n"
    "Jobs under way go on, and what it owned is kept until it is too old.";

inline constexpr std::string_view kExitCodes =
    "Exit code: the tool's own; 124 where a time limit stopped it, 137 where another limit did,\n"
    "128+N where signal N ended it, 125 where Glovebox itself failed.";

inline constexpr std::string_view kRunFooter =
    "Examples:\n"
    "  glovebox run cppcheck ./my-project\n"
    "  glovebox run cppcheck ./my-project --param checks=all --param verbose=true\n"
    "  glovebox run esbuild site.zip --artifacts ./out\n"
    "  glovebox run mypy ./my-project --server http://127.0.0.1:8080 --key-file my.key";

inline constexpr std::string_view kExec =
    "Run any command, sealed.\n"
    "It sees this machine's programs, no network, and an empty /work as its working directory, or\n"
    "with --project a copy of that directory. Standard input is passed on.";

inline constexpr std::string_view kExecFooter =
    "126: the command could not be executed; 127: there is no such command.\n"
    "\n"
    "Examples:\n"
    "  glovebox exec -- id\n"
    "  glovebox exec --project . --timeout 60s --memory 1GiB -- make test\n"
    "  echo 'print(6 * 7)' | glovebox exec -- python3 -";

inline constexpr std::string_view kTools =
    "List the tools that can be run, or check a directory of tool manifests.";

inline constexpr std::string_view kToolsFooter =
    "Examples:\n"
    "  glovebox tools\n"
    "  glovebox tools --json\n"
    "  glovebox tools --check ./my-tools          exit code 1 where a manifest is wrong";

inline constexpr std::string_view kDoctor =
    "Show what isolation this machine gives, what is missing, and the remedy.\n"
    "Exit code 1 where nothing can be run sealed, or where what --require-tier and\n"
    "--require-layers demand is missing.";

inline constexpr std::string_view kData = "Check, back up or restore a server's data directory.";

inline constexpr std::string_view kDataFooter =
    "Examples:\n"
    "  glovebox data check --data-dir /var/lib/glovebox\n"
    "  glovebox data backup /backup/monday --data-dir /var/lib/glovebox\n"
    "  glovebox data restore /backup/monday --data-dir /var/lib/glovebox";

inline constexpr std::string_view kDataCheck =
    "Check the database, and that the files it names are there.\n"
    "Changes nothing; a server may run meanwhile. Exit code 1 where something is wrong.";

inline constexpr std::string_view kDataBackup =
    "Copy the data directory to DIR, as it stands at one moment.\n"
    "A server may run meanwhile. Output of jobs that run at that moment is not part of it.";

inline constexpr std::string_view kDataRestore =
    "Put a backup in the place of the data directory's content.\n"
    "Refused while a server uses the directory, and where the backup is damaged. What was there "
    "is\n"
    "moved to a folder named replaced-… in the data directory; delete it when it is not needed.";

}  // namespace glovebox::help
