#include "findings/text/named_formats.h"

#include <algorithm>
#include <iterator>

#include "findings/text/format_tables.h"

namespace glovebox {
namespace {

std::vector<NamedFormat> all_formats() {
  std::vector<NamedFormat> all;
  for (auto* family : {compiler_formats, script_formats, web_formats, text_formats}) {
    std::vector<NamedFormat> formats = family();
    std::move(formats.begin(), formats.end(), std::back_inserter(all));
  }
  std::sort(all.begin(), all.end(),
            [](const NamedFormat& a, const NamedFormat& b) { return a.name < b.name; });
  return all;
}

}  // namespace

std::span<const NamedFormat> named_formats() {
  static const std::vector<NamedFormat> formats = all_formats();
  return formats;
}

const NamedFormat* find_named_format(std::string_view name) {
  for (const NamedFormat& format : named_formats()) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

}  // namespace glovebox
