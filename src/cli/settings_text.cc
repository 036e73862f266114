#include "cli/settings_text.h"

#include <fmt/format.h>

#include "cli/settings.h"

namespace glovebox {
namespace {

struct SettingValue {
  const Settings& defaults;
  const SettingSpec& spec;

  std::string operator()(std::int64_t Settings::*member) const {
    return fmt::format("{}", defaults.*member);
  }
  std::string operator()(std::vector<std::string> Settings::*) const { return "[]"; }
  std::string operator()(std::string Settings::*member) const {
    return fmt::format("\"{}\"", defaults.*member);
  }
  template <class T>
  std::string operator()(T Settings::*) const {
    return fmt::format("\"{}\"", setting_text(spec, defaults));
  }
};

}  // namespace

std::string settings_text() {
  const Settings defaults;
  std::string text =
      "# Settings of Glovebox. Each line that is commented out shows the default.\n"
      "# A flag of 'glovebox serve' and a GLOVEBOX_... variable override this file.\n";
  std::string_view section;
  for (const SettingSpec& spec : setting_specs()) {
    if (spec.section != section) text += fmt::format("\n[{}]\n", spec.section);
    section = spec.section;
    text += fmt::format("\n# {}.\n", spec.help);
    text +=
        fmt::format("#{} = {}\n", spec.key, std::visit(SettingValue{defaults, spec}, spec.member));
  }
  return text;
}

}  // namespace glovebox
