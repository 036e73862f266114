#include <fmt/format.h>

#include "sandbox/sandbox.h"

namespace glovebox {

constexpr std::string_view kLostRun = "lostRun";

Error lost_run_error(std::string message) {
  return internal_error(std::move(message)).with(kLostRun, true);
}

bool is_lost_run(const Error& error) {
  return error.details().contains(boost::json::string_view(kLostRun.data(), kLostRun.size()));
}
namespace {

Result<void> check_strings(const std::vector<std::string>& strings, std::string_view field,
                           std::size_t& bytes, std::size_t& count) {
  for (const std::string& text : strings) {
    bytes += text.size() + 1;
    ++count;
    if (text.find('\0') != std::string::npos) {
      return validation_error(fmt::format("{} holds a NUL character", field))
          .with("field", std::string(field));
    }
  }
  return ok();
}

Result<void> check_arguments(const SandboxSpec& spec) {
  if (spec.argv.empty() || spec.argv.front().empty()) {
    return validation_error("there is no command to run").with("field", "argv");
  }
  std::size_t bytes = 0;
  std::size_t count = 0;
  GB_TRY_VOID(check_strings(spec.argv, "argv", bytes, count));
  GB_TRY_VOID(check_strings(spec.environment, "environment", bytes, count));
  if (count > kMaxArguments) {
    return validation_error("the command has too many arguments")
        .with("limit", kMaxArguments)
        .with("observed", count);
  }
  if (bytes > kMaxArgumentBytes) {
    return validation_error("the command's arguments and environment are too long")
        .with("limit", kMaxArgumentBytes)
        .with("observed", bytes);
  }
  return ok();
}

bool is_plain_folder_name(const std::string& name) {
  return name.size() <= 255 && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string::npos &&
         // Characters with a meaning in the options of overlayfs(5).
         name.find_first_of(",:\\") == std::string::npos;
}

// Larger than any useful value, and small enough that arithmetic does not overflow.
constexpr std::chrono::hours kLongest{24 * 365};
constexpr double kMostCpus = 4096;
constexpr std::uint64_t kMostBytes = 1ULL << 50;
constexpr int kMostOfAKind = 1 << 22;

Result<void> check_limits(const Limits& limits) {
  auto within = [](bool holds, std::string_view field) -> Result<void> {
    if (holds) return ok();
    return validation_error(fmt::format("the limit {} must be more than zero and in range", field))
        .with("field", field);
  };
  auto time = [](std::chrono::milliseconds value) {
    return value.count() > 0 && value <= kLongest;
  };
  auto bytes = [](ByteCount value) { return value.bytes() > 0 && value.bytes() <= kMostBytes; };
  auto count = [](int value) { return value > 0 && value <= kMostOfAKind; };
  GB_TRY_VOID(within(time(limits.wall_time), "timeout"));
  GB_TRY_VOID(within(time(limits.cpu_time), "cpu_time"));
  GB_TRY_VOID(within(bytes(limits.memory), "memory"));
  // Written so that NaN fails too.
  GB_TRY_VOID(within(limits.cpus > 0 && limits.cpus <= kMostCpus, "cpus"));
  GB_TRY_VOID(within(count(limits.processes), "processes"));
  GB_TRY_VOID(within(bytes(limits.disk), "disk"));
  return within(count(limits.open_files), "open_files");
}

}  // namespace

Result<ValidSpec> ValidSpec::validate(SandboxSpec spec) {
  GB_TRY_VOID(check_arguments(spec));
  GB_TRY_VOID(check_limits(spec.limits));
  if (!is_plain_folder_name(spec.project)) {
    return validation_error("the project is not the name of a folder").with("field", "project");
  }
  if (!is_plain_folder_name(spec.root)) {
    return validation_error("the root is not the name of a folder").with("field", "root");
  }
  return ValidSpec(std::move(spec));
}

}  // namespace glovebox
