#include "model/tool.h"

namespace glovebox {

std::string_view parameter_type_name(ParameterType type) {
  switch (type) {
    case ParameterType::kString:
      return "string";
    case ParameterType::kInteger:
      return "integer";
    case ParameterType::kNumber:
      return "number";
    case ParameterType::kBoolean:
      return "boolean";
    case ParameterType::kEnum:
      return "enum";
  }
  return "string";
}

std::string_view tool_status_name(ToolStatus status) {
  switch (status) {
    case ToolStatus::kAvailable:
      return "available";
    case ToolStatus::kUnavailable:
      return "unavailable";
    case ToolStatus::kInDevelopment:
      return "in-development";
    case ToolStatus::kComingSoon:
      return "coming-soon";
  }
  return "unavailable";
}

}  // namespace glovebox
