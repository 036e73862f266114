// The texts of --help.
#pragma once

#include <string_view>

namespace glovebox::help {

inline constexpr std::string_view kAbout =
    "Glovebox runs command-line tools on projects. Each run is isolated from this machine, the\n"
    "network and all other runs.";

inline constexpr std::string_view kFooter =
    "Examples:\n"
    "  glovebox tools                                  list the tools\n"
    "  glovebox check ./my-project                     run every tool that suits, one report\n"
    "  glovebox run cppcheck ./my-project              run a tool on a folder\n"
    "  glovebox run pylint code.zip --json             run it on an archive, print JSON\n"
    "  glovebox exec --project . --timeout 10s -- make test\n"
    "  glovebox mcp ~/src/my-project                   serve agents on standard input and output\n"
    "  glovebox serve --listen 127.0.0.1:8080          start the HTTP server\n"
    "  glovebox image pull docker://docker.io/library/python:3.12-slim --name python\n"
    "  glovebox doctor                                 show what isolation works here\n"
    "  glovebox init                                   describe a tool of your own\n"
    "\n"
    "Run 'glovebox COMMAND --help' for the options of a command.";

inline constexpr std::string_view kServe =
    "Start the HTTP server.\n"
    "Prints 'listening on http://HOST:PORT' when it is ready. On SIGTERM or Ctrl-C, running jobs\n"
    "may finish (see --drain-timeout); a second signal ends the server immediately.";

inline constexpr std::string_view kServeFooter =
    "Each setting is also an environment variable (--hourly-per-client:\n"
    "GLOVEBOX_HOURLY_PER_CLIENT) and a key in the --config file, a TOML file with the sections\n"
    "named above:\n"
    "\n"
    "  [server]\n"
    "  listen = \"0.0.0.0:8080\"\n"
    "  [limits]\n"
    "  hourly_per_client = 100\n"
    "  upload_bytes = \"200MiB\"\n"
    "\n"
    "A flag overrides a variable; a variable overrides the file.";

inline constexpr std::string_view kRun =
    "Run a registered tool on a directory or an archive.\n"
    "Prints the tool's output and returns its exit code. The tool works on a copy, so the project\n"
    "never changes. --artifacts saves the files that it creates.";

inline constexpr std::string_view kKey =
    "Create, list and remove the API keys of a server.\n"
    "The file named by the server's keys_file setting holds their hashes. The server sees changes\n"
    "within seconds.";

inline constexpr std::string_view kKeyFooter =
    "Examples:\n"
    "  glovebox key create ci --keys-file keys.toml > ci.key\n"
    "  glovebox key list --keys-file keys.toml\n"
    "  glovebox key remove ci --keys-file keys.toml\n"
    "  glovebox serve --keys-file keys.toml\n"
    "  glovebox run cppcheck ./my-project --server http://127.0.0.1:8080 --key-file ci.key";

inline constexpr std::string_view kKeyCreate =
    "Create a key and print it to standard output.\n"
    "It is shown only once, because the file stores only its hash. The keys file is created if\n"
    "missing.";

inline constexpr std::string_view kKeyCreateFooter =
    "Jobs and projects belong to the name. A later key with the same name has access to them.\n"
    "\n"
    "Examples:\n"
    "  glovebox key create ci --keys-file keys.toml > ci.key\n"
    "  glovebox key create ann@example.org --hourly 100 --concurrent 10 --expires 90d";

inline constexpr std::string_view kKeyList = "List the keys with their limits and expiry times.";

inline constexpr std::string_view kKeyRemove =
    "Remove a key, so that the server no longer accepts it.\n"
    "Its running jobs continue. Its projects and jobs are kept until they expire.";

inline constexpr std::string_view kExitCodes =
    "Exit code: the tool's exit code; 124 after a time limit, 137 after another limit,\n"
    "128+N after signal N, 125 if Glovebox failed.";

inline constexpr std::string_view kRunFooter =
    "Examples:\n"
    "  glovebox run cppcheck ./my-project\n"
    "  glovebox run cppcheck ./my-project --param checks=all --param verbose=true\n"
    "  glovebox run esbuild site.zip --artifacts ./out\n"
    "  glovebox run mypy ./my-project --server http://127.0.0.1:8080 --key-file my.key";

inline constexpr std::string_view kCheck =
    "Run every tool that suits a project, and print one report.\n"
    "The tools run side by side, each isolated as in 'glovebox run', on a copy of the project.\n"
    "What they find is grouped by file, with the source line. No server is needed; with --server\n"
    "the tools run there, and report and exit code are the same.";

inline constexpr std::string_view kCheckFooter =
    "Exit code: 0 if nothing was found; 1 for findings of --fail-on or worse; 2 if a tool failed;\n"
    "124 if a tool ran into its time limit; 125 if Glovebox failed. A project without files for "
    "any\n"
    "tool is clean.\n"
    "\n"
    "Examples:\n"
    "  glovebox check .\n"
    "  glovebox check . --fail-on error                     warnings do not fail the build\n"
    "  glovebox check . --tools cppcheck,shellcheck         only these\n"
    "  glovebox check . --report sarif=findings.sarif       for GitHub's code scanning\n"
    "  glovebox check . --report gitlab=gl-code-quality.json --report junit=junit.xml\n"
    "docs/ci.md has complete recipes for CI and pre-commit.";

inline constexpr std::string_view kMcp =
    "Serve the Model Context Protocol on standard input and output, for agents.\n"
    "The tools run in the local sandbox; no server is needed. The client can send small projects\n"
    "itself. It can name a folder of this machine only if that folder, or one above it, is given.";

inline constexpr std::string_view kMcpFooter =
    "A folder is copied for each run, so that tools never change it. The program ends when its\n"
    "input does and the runs under way have ended, or on SIGTERM.\n"
    "\n"
    "Examples:\n"
    "  glovebox mcp                             only projects that the client sends\n"
    "  glovebox mcp ~/src/my-project            also this folder, and all below it\n"
    "docs/agents.md has the configuration of well-known clients.";

inline constexpr std::string_view kExec =
    "Run any command in the sandbox.\n"
    "It can use this machine's programs but not the network. Its working directory is /work,\n"
    "which is empty or, with --project, a copy of that directory. It can read standard input.";

inline constexpr std::string_view kExecFooter =
    "126: the command could not be executed; 127: command not found.\n"
    "\n"
    "Examples:\n"
    "  glovebox exec -- id\n"
    "  glovebox exec --project . --timeout 60s --memory 1GiB -- make test\n"
    "  echo 'print(6 * 7)' | glovebox exec -- python3 -";

inline constexpr std::string_view kTools =
    "List the tools, or check a directory of tool manifests.";

inline constexpr std::string_view kToolsFooter =
    "Examples:\n"
    "  glovebox tools\n"
    "  glovebox tools --json\n"
    "  glovebox tools --check ./my-tools          exit code 1 if a manifest is invalid";

inline constexpr std::string_view kDoctor =
    "Show which isolation layers work on this machine, which are missing, and how to enable them.\n"
    "Exit code 1 if no job can run, or if this machine does not meet --require-tier or\n"
    "--require-layers.";

inline constexpr std::string_view kImage =
    "Fetch, list and remove the images that tools run in.\n"
    "A manifest with image = \"NAME\" runs its tool in that image instead of this machine's /usr.\n"
    "Nothing of an image but its files is used: no daemon, no user, no entry point.";

inline constexpr std::string_view kImageFooter =
    "Examples:\n"
    "  glovebox image pull docker://docker.io/library/python:3.12-slim --name python\n"
    "  glovebox image pull oci:build/my-tools --name my-tools\n"
    "  glovebox image import my-tools.tar --name my-tools\n"
    "  glovebox image list\n"
    "  glovebox image remove python\n"
    "docs/toolboxes.md leads from nothing to a tool in an image.";

inline constexpr std::string_view kImagePull =
    "Fetch an image with skopeo, check it, unpack it with umoci and give it a name.\n"
    "A name that is there already moves to this image; jobs that run keep theirs. Credentials are\n"
    "skopeo's: 'skopeo login', or the file that REGISTRY_AUTH_FILE names.";

inline constexpr std::string_view kImageImport =
    "The same from a file that 'docker save', 'podman save' or skopeo has written.";

inline constexpr std::string_view kImageList =
    "List the images: where they came from, their size, the tools that use them, and when they\n"
    "were last used.";

inline constexpr std::string_view kImageRemove =
    "Remove an image.\n"
    "Refused while a tool's manifest names it, or a job that waits or runs has it. With --force\n"
    "the name goes at once, and the files when the last of those jobs has ended.";

inline constexpr std::string_view kData = "Check, back up or restore a server's data directory.";

inline constexpr std::string_view kDataFooter =
    "Examples:\n"
    "  glovebox data check --data-dir /var/lib/glovebox\n"
    "  glovebox data backup /backup/monday --data-dir /var/lib/glovebox\n"
    "  glovebox data restore /backup/monday --data-dir /var/lib/glovebox";

inline constexpr std::string_view kDataCheck =
    "Check the database and the presence of the files that it names.\n"
    "Changes nothing. A server may be running. Exit code 1 if a problem is found.";

inline constexpr std::string_view kDataBackup =
    "Copy the data directory to DIR, as a consistent snapshot.\n"
    "A server may be running. The output of running jobs is not included.";

inline constexpr std::string_view kDataRestore =
    "Replace the content of the data directory with a backup.\n"
    "Refused if a server uses the directory or the backup is damaged. The old content is moved to\n"
    "a folder named replaced-… in the data directory; delete it when you no longer need it.";

inline constexpr std::string_view kInit =
    "Write a manifest for a tool of your own.\n"
    "Asks four questions on a terminal. With --command it asks none for which there is a flag, "
    "and\n"
    "without a terminal none at all.";

inline constexpr std::string_view kInitFooter =
    "Examples:\n"
    "  glovebox init\n"
    "  glovebox init my-tools/check.toml --command 'python3 check.py --all' --inputs '*.json'\n"
    "  glovebox init --command 'gcc -Wall -c main.c' --inputs '*.c' --finding-codes 1 --findings "
    "gnu";

inline constexpr std::string_view kCompletion = "Print a completion script for a shell.";

inline constexpr std::string_view kCompletionFooter =
    "Examples:\n"
    "  glovebox completion bash > /etc/bash_completion.d/glovebox\n"
    "  glovebox completion zsh > /usr/local/share/zsh/site-functions/_glovebox\n"
    "  glovebox completion fish > ~/.config/fish/completions/glovebox.fish";

inline constexpr std::string_view kConfig =
    "Print a configuration file with every setting and its default.";

inline constexpr std::string_view kConfigFooter =
    "Example:\n"
    "  glovebox config > glovebox.toml\n"
    "  glovebox serve --config glovebox.toml";

inline constexpr std::string_view kMan = "Print the manual page of a command, for man(1).";

}  // namespace glovebox::help
