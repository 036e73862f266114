#include "image_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <csignal>
#include <cstdio>
#include <map>
#include <vector>

#include "base/clean_text.h"
#include "base/near_miss.h"
#include "base/units.h"
#include "cli/run_report.h"
#include "confinement.h"
#include "images/image_pull.h"
#include "images/image_store.h"
#include "tool_folders.h"

namespace glovebox {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr int kExitImageFailed = 1;

volatile std::sig_atomic_t interrupted = 0;

// Work under way is tidied up before the end.
void watch_interrupts() {
  struct sigaction note {};
  note.sa_handler = [](int) { interrupted = 1; };
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(signal, &note, nullptr);
}

Result<ImageStore> open_images(const Settings& settings) {
  fs::path folder = images_dir(settings);
  if (folder.empty()) {
    return Error(ErrorKind::kUser, "no folder for images: neither --images-dir nor HOME is set");
  }
  return ImageStore::open(std::move(folder));
}

Result<void> confine_program(const fs::path& work, ProgramAccess access) {
  ConfinementPlan plan;
  plan.read_write = {work, "/dev/null"};
  plan.programs = {"/"};
  plan.may_make_pipes = true;
  if (access == ProgramAccess::kFetch) plan.outgoing = Outgoing::kAllowed;
  plan.may_read_all = access == ProgramAccess::kFetch;
  return confine_this_process(plan);
}

// Tool ids by the name of their image.
std::map<std::string, std::vector<std::string>> users_of_images(const Settings& settings) {
  std::vector<ManifestProblem> problems;
  RegistrySources sources = registry_sources(settings);
  sources.examples_dirs.clear();
  std::map<std::string, std::vector<std::string>> users;
  ToolRegistry registry = ToolRegistry::load(sources, problems);
  for (const Tool& tool : registry.tools()) {
    if (!tool.image.empty()) users[tool.image].push_back(tool.id.str());
  }
  return users;
}

Result<int> fetch(const ImageCommand& command, std::vector<std::string> refs,
                  const Terminal& terminal) {
  GB_TRY(ImageStore store, open_images(command.settings));
  PullRequest request;
  request.refs = std::move(refs);
  request.told_ref = request.refs.size() == 1 ? request.refs.front() : command.source;
  request.name = command.name;
  request.limits.size = command.max_size;
  request.limits.entries = command.max_entries;
  request.limits.time = command.timeout;
  request.policy = signature_policy(command.policy, store.folders());
  request.tls_verify = command.tls_verify;
  request.confine = confine_program;
  request.interrupted = [] { return interrupted != 0; };
  request.tell = [&](std::string_view text) {
    if (terminal.interactive) fmt::print(stderr, "glovebox: {}\n", clean_line(text, 300));
  };
  GB_TRY(PulledImage pulled, pull_image(store, request));
  fmt::print("{}\n", pulled.id.digest);
  std::fflush(stdout);
  if (pulled.was_there) {
    fmt::print(stderr, "glovebox: {} is this image, which was here already\n", command.name);
  } else {
    fmt::print(stderr, "glovebox: {} has {} in {} files, folders and links\n", command.name,
               format_bytes(ByteCount(static_cast<std::uint64_t>(pulled.info.size_bytes))),
               format_count(static_cast<std::uint64_t>(pulled.info.entries)));
  }
  if (request.policy.empty()) {
    fmt::print(stderr,
               "glovebox: no signature was checked; a policy.json in {} would require some\n",
               store.folders().dir().native());
  }
  return 0;
}

Result<int> import(const ImageCommand& command, const Terminal& terminal) {
  std::error_code code;
  fs::path file = fs::absolute(command.source, code);
  if (!fs::is_regular_file(file, code)) {
    return Error(ErrorKind::kUser, fmt::format("{}: {}", clean_line(command.source, 300),
                                               code ? code.message() : "is not a regular file"));
  }
  return fetch(command, {"oci-archive:" + file.native(), "docker-archive:" + file.native()},
               terminal);
}

std::string time_text(const std::optional<WallTime>& time) {
  return time ? format_rfc3339(*time) : std::string("never");
}

json::object image_json(const NamedImage& image, const std::vector<std::string>& tools) {
  return {{"name", image.name},
          {"ref", image.id.ref},
          {"digest", image.id.digest},
          {"sizeBytes", image.info.size_bytes},
          {"entries", image.info.entries},
          {"layers", image.info.layers},
          {"tools", json::array(tools.begin(), tools.end())},
          {"lastUsedAt",
           image.last_used ? json::value(format_rfc3339(*image.last_used)) : json::value(nullptr)}};
}

Result<int> list(const ImageCommand& command) {
  GB_TRY(ImageStore store, open_images(command.settings));
  GB_TRY(std::vector<NamedImage> images, store.list());
  auto users = users_of_images(command.settings);
  if (command.json) {
    json::array array;
    for (const NamedImage& image : images) array.push_back(image_json(image, users[image.name]));
    fmt::print("{}\n", json::serialize(json::object{{"images", std::move(array)}}));
    return 0;
  }
  if (images.empty()) fmt::print("No images. Fetch one with 'glovebox image pull'.\n");
  for (const NamedImage& image : images) {
    const std::vector<std::string>& tools = users[image.name];
    fmt::print(
        "{}\n  from       {}\n  digest     {}\n  size       {}\n  tools      {}\n"
        "  last used  {}\n",
        image.name, clean_line(image.id.ref, 1024), image.id.digest,
        format_bytes(ByteCount(static_cast<std::uint64_t>(image.info.size_bytes))),
        tools.empty() ? "none" : fmt::format("{}", fmt::join(tools, ", ")),
        time_text(image.last_used));
  }
  return 0;
}

Result<int> remove(const ImageCommand& command) {
  GB_TRY(ImageStore store, open_images(command.settings));
  GB_TRY_VOID(store.get(command.name));
  auto users = users_of_images(command.settings);
  auto tools = users.find(command.name);
  if (tools != users.end() && !command.force) {
    return Error(ErrorKind::kConflict,
                 fmt::format("the image {} is needed by {}; remove their manifests first, or use "
                             "--force",
                             in_quotes(command.name), fmt::join(tools->second, ", ")));
  }
  auto removal = command.force ? ImageStore::Removal::kForced : ImageStore::Removal::kIfUnused;
  GB_TRY_VOID(store.remove(
      command.name, removal, [] { return interrupted != 0; },
      [] {
        fmt::print(stderr,
                   "glovebox: jobs still have it; its files go when they have ended (Ctrl-C leaves "
                   "that to the next 'glovebox image' or start of a server)\n");
      }));
  return 0;
}

Result<int> run_image_command(const ImageCommand& command, const Terminal& terminal) {
  switch (command.action) {
    case ImageAction::kPull:
      return fetch(command, {command.source}, terminal);
    case ImageAction::kImport:
      return import(command, terminal);
    case ImageAction::kList:
      return list(command);
    case ImageAction::kRemove:
      return remove(command);
  }
  return kExitImageFailed;
}

// "skopeo version 1.9.3" → "1.9.3".
std::string version_of(const std::string& program) {
  ProgramRun run;
  run.argv = {program, "--version"};
  Result<std::string> printed = run_program(run);
  if (printed.has_error()) return "";
  std::string line = first_clean_line(*printed, 100);
  return line.substr(line.rfind(' ') + 1);
}

std::string program_line(const std::string& name, const std::string& version,
                         const Terminal& terminal) {
  if (!version.empty()) return fmt::format("  {} {}\n", name, version);
  return fmt::format("  {}: {}\n", terminal.paint(Color::kYellow, "missing: " + name),
                     fmt::format("images cannot be pulled; apt-get install {}", name));
}

}  // namespace

int image_command(const ImageCommand& command, const Terminal& terminal) {
  watch_interrupts();
  Result<int> code = run_image_command(command, terminal);
  if (code.has_value()) return *code;
  fmt::print(stderr, "{}", error_line(code.error()));
  return kExitImageFailed;
}

ImageReadiness image_readiness(const Settings& settings) {
  ImageReadiness readiness;
  readiness.skopeo = version_of("skopeo");
  readiness.umoci = version_of("umoci");
  fs::path folder = images_dir(settings);
  readiness.images_dir = folder.native();
  readiness.policy = signature_policy({}, ImageFolders(folder)).native();
  return readiness;
}

std::string readiness_text(const ImageReadiness& readiness, const Terminal& terminal) {
  std::string text =
      fmt::format("images: {}\n", readiness.images_dir.empty() ? "no folder; set --images-dir"
                                                               : readiness.images_dir);
  text += program_line("skopeo", readiness.skopeo, terminal);
  text += program_line("umoci", readiness.umoci, terminal);
  if (!readiness.policy.empty()) {
    return text + fmt::format("  signatures: as {} requires\n", readiness.policy);
  }
  return text + fmt::format(
                    "  {}: every image is accepted, from any source; a policy.json "
                    "(containers-policy.json(5)) in {} or /etc/glovebox would require some\n",
                    terminal.paint(Color::kYellow, "signatures: NOT CHECKED"),
                    readiness.images_dir.empty() ? "the folder of images" : readiness.images_dir);
}

json::object readiness_json(const ImageReadiness& readiness) {
  auto text_or_null = [](const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
  };
  return {{"dir", text_or_null(readiness.images_dir)},
          {"skopeo", text_or_null(readiness.skopeo)},
          {"umoci", text_or_null(readiness.umoci)},
          {"policy", text_or_null(readiness.policy)},
          {"signatures", readiness.policy.empty() ? "accept-all" : "policy"}};
}

}  // namespace glovebox
