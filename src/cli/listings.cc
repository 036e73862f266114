#include "cli/listings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace glovebox {
namespace {

std::string status_note(const Tool& tool, const Terminal& terminal) {
  if (tool.status == ToolStatus::kAvailable) return "";
  std::string note = fmt::format("{}{}{}", tool_status_name(tool.status),
                                 tool.status_reason.empty() ? "" : ": ", tool.status_reason);
  return "\n      " + terminal.paint(Color::kYellow, note);
}

}  // namespace

std::string tools_text(const std::vector<Tool>& tools, const Terminal& terminal) {
  if (tools.empty()) {
    return "No tools. Set a folder of manifests with --tools-dir.\n";
  }
  std::size_t widest = 0;
  for (const Tool& tool : tools) widest = std::max(widest, tool.id.str().size());
  std::string text;
  std::string_view category;
  for (const Tool& tool : tools) {
    if (tool.category != category) {
      category = tool.category;
      text += fmt::format("{}{}\n", text.empty() ? "" : "\n", category);
    }
    text += fmt::format("  {:<{}}  {}{}\n", tool.id.str(), widest, tool.description,
                        status_note(tool, terminal));
  }
  return text;
}

std::string suits_text(const std::vector<Tool>& tools, const std::vector<ToolSuit>& suits,
                       std::int64_t files, const Terminal& terminal) {
  std::size_t widest = 0;
  for (const ToolSuit& suit : suits) widest = std::max(widest, suit.tool_id.str().size());
  std::string text;
  for (const ToolSuit& suit : suits) {
    auto tool = std::find_if(tools.begin(), tools.end(),
                             [&](const Tool& one) { return one.id == suit.tool_id; });
    text += fmt::format("{:<{}}  {} of {} files{}\n", suit.tool_id.str(), widest, suit.files, files,
                        tool == tools.end() ? "" : status_note(*tool, terminal));
  }
  if (text.empty()) text = fmt::format("No tool takes any of the {} files.\n", files);
  return text;
}

std::string doctor_text(const IsolationReport& report, const Terminal& terminal) {
  bool none = report.tier == Tier::kNone;
  std::string text =
      fmt::format("isolation: {}\n",
                  terminal.paint(none ? Color::kRed : Color::kGreen, tier_name(report.tier)));
  if (none) text += "No job can run: this machine cannot isolate it.\n";
  if (!report.layers.empty()) text += fmt::format("on: {}\n", fmt::join(report.layers, ", "));
  if (report.missing.empty()) text += "missing: nothing\n";
  for (const MissingLayer& layer : report.missing) {
    text += fmt::format("missing: {}\n  why: {}\n  remedy: {}\n",
                        terminal.paint(Color::kYellow, layer.layer), layer.why, layer.remedy);
  }
  return text;
}

}  // namespace glovebox
