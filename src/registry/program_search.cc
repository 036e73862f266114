#include "registry/program_search.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>

namespace glovebox {
namespace {

bool is_package_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

// NAME if the description ends with "Debian package: NAME."; otherwise "".
std::string_view debian_package(std::string_view description) {
  constexpr std::string_view kLead = "Debian package: ";
  while (!description.empty() && (description.back() == '\n' || description.back() == ' ')) {
    description.remove_suffix(1);
  }
  std::size_t lead = description.rfind(kLead);
  if (lead == std::string_view::npos || !description.ends_with('.')) return "";
  std::string_view name = description.substr(lead + kLead.size());
  name.remove_suffix(1);
  bool good = !name.empty() && std::all_of(name.begin(), name.end(), is_package_character);
  return good ? name : "";
}

}  // namespace

std::string program_path() {
  return fmt::format("{}", fmt::join(kProgramFolders, ":"));
}

bool is_program(const std::string& path) {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0) return false;
  return S_ISREG(status.st_mode) && (status.st_mode & S_IXOTH) != 0;
}

bool program_is_found(std::string_view program) {
  if (program.empty()) return false;
  if (program.starts_with('/')) return is_program(std::string(program));
  if (program.find('/') != std::string_view::npos) return true;
  return std::any_of(kProgramFolders.begin(), kProgramFolders.end(), [&](std::string_view folder) {
    return is_program(fmt::format("{}/{}", folder, program));
  });
}

std::string missing_program_reason(std::string_view program, std::string_view description) {
  std::string reason =
      program.starts_with('/')
          ? fmt::format("program {} not found", program)
          : fmt::format("program \"{}\" not found in {}, {} or {}", program, kProgramFolders[0],
                        kProgramFolders[1], kProgramFolders[2]);
  std::string_view package = debian_package(description);
  if (!package.empty()) reason += fmt::format("; install the Debian package {}", package);
  return reason;
}

}  // namespace glovebox
