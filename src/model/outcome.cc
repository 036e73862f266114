#include "model/outcome.h"

#include <fmt/format.h>
#include <string.h>

#include <utility>

namespace glovebox {
namespace {

std::string amount(LimitKind kind, std::int64_t value) {
  switch (kind) {
    case LimitKind::kWallTime:
    case LimitKind::kCpuTime:
      return format_duration(std::chrono::milliseconds(value));
    case LimitKind::kMemory:
    case LimitKind::kDisk:
      return format_bytes(ByteCount(static_cast<std::uint64_t>(value)));
    case LimitKind::kProcesses:
      return fmt::format("{} processes", value);
  }
  return std::to_string(value);
}

struct Describe {
  std::string operator()(const Exited& e) const {
    return fmt::format("exited with code {}", e.code);
  }
  std::string operator()(const Signaled& s) const {
    return fmt::format("killed by signal {}", signal_name(s.signal));
  }
  std::string operator()(const LimitExceeded& l) const {
    std::string_view name = limit_name(l.which);
    std::string words(name);
    for (char& c : words) c = c == '-' ? ' ' : c;
    return fmt::format("stopped at the {} limit: {} allowed, {} seen", words,
                       amount(l.which, l.configured), amount(l.which, l.observed));
  }
  std::string operator()(const Violation& v) const {
    return fmt::format("killed for a forbidden system call: {}", v.what);
  }
  std::string operator()(const Cancelled&) const { return "cancelled"; }
};

}  // namespace

std::string_view limit_name(LimitKind kind) {
  switch (kind) {
    case LimitKind::kWallTime:
      return "wall-time";
    case LimitKind::kCpuTime:
      return "cpu-time";
    case LimitKind::kMemory:
      return "memory";
    case LimitKind::kProcesses:
      return "processes";
    case LimitKind::kDisk:
      return "disk";
  }
  return "unknown";
}

std::string signal_name(int signal) {
  const char* abbreviation = ::sigabbrev_np(signal);
  return abbreviation ? fmt::format("SIG{}", abbreviation) : fmt::format("SIG{}", signal);
}

std::string describe(const Outcome& outcome) {
  return std::visit(Describe{}, outcome);
}

}  // namespace glovebox
