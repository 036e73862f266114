#include "findings/finding_reader.h"

#include "findings/sarif/sarif_reader.h"
#include "findings/spec_check.h"
#include "findings/text/text_reader.h"

namespace glovebox {

Result<std::unique_ptr<FindingReader>> make_finding_reader(
    const FindingsSpec& spec, std::shared_ptr<const ProjectFiles> files,
    FindingReaderOptions options) {
  std::vector<SpecProblem> problems = check_findings_spec(spec);
  if (!problems.empty()) {
    return validation_error("findings." + problems[0].field + ": " + problems[0].reason);
  }
  if (spec.format == "sarif") {
    return std::unique_ptr<FindingReader>(
        std::make_unique<SarifReader>(spec, std::move(files), std::move(options)));
  }
  GB_TRY(auto format, compile_text_format(spec));
  return std::unique_ptr<FindingReader>(
      std::make_unique<TextReader>(spec, std::move(format), std::move(files), std::move(options)));
}

}  // namespace glovebox
