// A hostile manifest, and hostile parameters for the tool that it declares: the bytes before the
// first NUL are the manifest, the rest is the parameters' JSON. The tools that ship are the seed:
//   manifest_fuzz -max_len=20000 CORPUS tools
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <boost/json/parse.hpp>

#include "registry/invocation.h"
#include "registry/manifest.h"
#include "registry/parameter_texts.h"

namespace {

using namespace glovebox;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_invocation(const Tool& tool, const boost::json::object& parameters) {
  Result<Invocation> invocation = make_invocation(tool, parameters, "");
  if (invocation.has_error()) {
    require(invocation.error().kind() != ErrorKind::kInternal);
    return;
  }
  require(!invocation->argv.empty() && invocation->argv[0] == tool.command[0]);
  require(invocation->argv.size() <= kMaxCommandElements);
  std::size_t bytes = 0;
  for (const auto* strings : {&invocation->argv, &invocation->environment}) {
    for (const std::string& text : *strings) {
      require(text.find('\0') == std::string::npos);
      bytes += text.size() + 1;
    }
  }
  require(bytes <= kMaxInvocationBytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  std::size_t end = input.find('\0');
  std::vector<ManifestProblem> problems;
  std::optional<Tool> tool = parse_manifest(input.substr(0, end), "fuzz.toml", problems);
  require(tool.has_value() == problems.empty());
  require(problems.size() <= kMaxProblemsPerFile);
  if (!tool) return 0;
  check_invocation(*tool, {});
  if (end == std::string_view::npos) return 0;
  std::string_view rest = input.substr(end + 1);
  boost::system::error_code error;
  boost::json::value json = boost::json::parse({rest.data(), rest.size()}, error);
  if (!error && json.is_object()) check_invocation(*tool, json.get_object());
  Result<boost::json::object> texts = parse_parameter_texts(*tool, {std::string(rest)});
  if (texts.has_value()) check_invocation(*tool, *texts);
  return 0;
}
