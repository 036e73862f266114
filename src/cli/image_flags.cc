#include "cli/image_flags.h"

#include <chrono>
#include <utility>

#include "cli/help_text.h"

namespace glovebox {
namespace {

constexpr std::int64_t kDefaultEntries = 1'000'000;
constexpr std::int64_t kMostEntries = 100'000'000;

CLI::App* add_image_action(CLI::App& image, ImageFlags& flags, ImageAction action,
                           const std::string& name, std::string_view help) {
  CLI::App* added = image.add_subcommand(name, std::string(help));
  added->callback([&flags, action] { flags.command.action = action; });
  return added;
}

// What pull and import have in common.
void add_unpacking(CLI::App& command, ImageFlags& flags, const std::string& source,
                   const std::string& help) {
  command.add_option(source, flags.command.source, help)->required()->type_name("");
  command.add_option("--name", flags.command.name, "What manifests call it: image = \"NAME\"")
      ->required()
      ->type_name("NAME");
  command
      .add_option("--policy", flags.command.policy,
                  "Required signatures, see containers-policy.json(5)")
      ->type_name("FILE");
  command.add_option("--max-size", flags.max_size, "Limit on its unpacked size")
      ->type_name("SIZE")
      ->capture_default_str();
  command
      .add_option("--max-entries", flags.command.max_entries,
                  "Limit on its files, folders and links")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, kMostEntries).description(""))
      ->default_val(kDefaultEntries);
  command
      .add_option("--timeout", flags.timeout, "Limit on each of fetching, checking and unpacking")
      ->type_name("DURATION")
      ->capture_default_str();
}

}  // namespace

CLI::App* add_image_commands(CLI::App& app, ImageFlags& flags) {
  CLI::App* image = app.add_subcommand("image", std::string(help::kImage));
  image->footer(std::string(help::kImageFooter));
  CLI::App* pull = add_image_action(*image, flags, ImageAction::kPull, "pull", help::kImagePull);
  add_unpacking(*pull, flags, "IMAGE", "docker://HOST/NAME:TAG of a registry, or oci:DIR");
  pull->add_option("--tls-verify", flags.command.tls_verify,
                   "Whether the registry needs a valid certificate, or TLS at all")
      ->type_name("BOOL")
      ->check(CLI::IsMember({"true", "false"}).description(""));
  CLI::App* import =
      add_image_action(*image, flags, ImageAction::kImport, "import", help::kImageImport);
  add_unpacking(*import, flags, "FILE", "Archive of 'docker save', 'podman save' or skopeo");
  CLI::App* list = add_image_action(*image, flags, ImageAction::kList, "list", help::kImageList);
  list->add_flag("--json", flags.command.json, "Print JSON");
  CLI::App* remove =
      add_image_action(*image, flags, ImageAction::kRemove, "remove", help::kImageRemove);
  remove->add_option("NAME", flags.command.name, "As listed by 'glovebox image list'")
      ->required()
      ->type_name("");
  remove->add_flag("--force", flags.command.force, "Also if tools or jobs need it");
  return image;
}

Result<ImageCommand> finish_image_command(const ImageFlags& flags, Settings settings) {
  ImageCommand command = flags.command;
  command.settings = std::move(settings);
  Result<ByteCount> size = parse_byte_count(flags.max_size);
  if (size.has_error()) return std::move(size).error().with_context("--max-size");
  command.max_size = *size;
  Result<std::chrono::milliseconds> timeout = parse_duration(flags.timeout);
  if (timeout.has_error()) return std::move(timeout).error().with_context("--timeout");
  if (timeout->count() <= 0) return validation_error("--timeout must be longer than 0");
  command.timeout = std::chrono::ceil<std::chrono::seconds>(*timeout);
  return command;
}

}  // namespace glovebox
