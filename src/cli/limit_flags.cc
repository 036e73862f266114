#include "cli/limit_flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/near_miss.h"

namespace glovebox {
namespace {

constexpr int kMaxProcesses = 32'768;
constexpr double kMaxCpus = 1024;
constexpr auto kLongest = std::chrono::hours(24 * 365);

Error mistake(std::string_view flag, std::string message) {
  return validation_error(fmt::format("{}: {}", flag, message));
}

template <class T>
Result<T> parse_number(std::string_view flag, const std::string& text, T minimum, T maximum) {
  T number{};
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code == std::errc() && end == text.data() + text.size() && number >= minimum &&
      number <= maximum) {
    return number;
  }
  return mistake(
      flag, fmt::format("{} is not a number from {} to {}", in_quotes(text), minimum, maximum));
}

Result<ByteCount> parse_size(std::string_view flag, const std::string& text) {
  auto size = parse_byte_count(text);
  if (size.has_error()) return mistake(flag, size.error().message());
  if (size.value().bytes() == 0) return mistake(flag, "must be more than 0");
  return size;
}

}  // namespace

void add_limit_flags(CLI::App& command, LimitTexts& texts) {
  auto add = [&](const char* flag, const char* value, const char* help) {
    command.add_option(flag, texts[flag], help)->type_name(value)->group("Limits");
  };
  add("--timeout", "TIME", "Wall-clock time [60s]");
  add("--cpu-time", "TIME", "CPU time of all processes [as --timeout]");
  add("--memory", "SIZE", "Memory of all processes and files [512MiB]");
  add("--processes", "N", "Processes and threads at once [64]");
  add("--disk", "SIZE", "Bytes in /work, /tmp and /dev/shm [256MiB]");
  add("--cpus", "N", "Share of CPUs, such as 0.5 [1]");
  add("--open-files", "N", "Open files per process [256]");
}

Result<std::chrono::milliseconds> parse_time_limit(std::string_view flag, const std::string& text) {
  auto time = parse_duration(text);
  if (time.has_error()) return mistake(flag, time.error().message());
  if (time.value().count() < 1) return mistake(flag, "must be at least 1ms");
  if (time.value() > kLongest) return mistake(flag, "must be at most a year");
  return time;
}

Result<Limits> parse_limits(const LimitTexts& texts) {
  Limits limits;
  auto given = [&](std::string_view flag) -> const std::string* {
    auto found = texts.find(flag);
    return found == texts.end() || found->second.empty() ? nullptr : &found->second;
  };
  if (auto* text = given("--timeout")) {
    GB_TRY(limits.wall_time, parse_time_limit("--timeout", *text));
  }
  if (auto* text = given("--memory")) {
    GB_TRY(limits.memory, parse_size("--memory", *text));
  }
  if (auto* text = given("--disk")) {
    GB_TRY(limits.disk, parse_size("--disk", *text));
  }
  if (auto* text = given("--processes")) {
    GB_TRY(limits.processes, parse_number("--processes", *text, 1, kMaxProcesses));
  }
  if (auto* text = given("--open-files")) {
    GB_TRY(limits.open_files, parse_number("--open-files", *text, 3, 1 << 20));
  }
  if (auto* text = given("--cpus")) {
    GB_TRY(limits.cpus, parse_number("--cpus", *text, 0.01, kMaxCpus));
  }
  limits.cpu_time = std::chrono::milliseconds(static_cast<std::int64_t>(
      static_cast<double>(limits.wall_time.count()) * std::max(1.0, limits.cpus)));
  if (auto* text = given("--cpu-time")) {
    GB_TRY(limits.cpu_time, parse_time_limit("--cpu-time", *text));
  }
  return limits;
}

}  // namespace glovebox
