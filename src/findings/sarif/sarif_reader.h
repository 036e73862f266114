// SarifReader: findings from SARIF 2.1.0; see finding_reader.h.
#pragma once

#include <map>

#include "findings/finding_reader.h"
#include "findings/sarif/sarif_result.h"
#include "findings/sarif/sarif_stream.h"

namespace glovebox {

class SarifReader : public FindingReader {
 public:
  SarifReader(FindingsSpec spec, std::shared_ptr<const ProjectFiles> files,
              FindingReaderOptions options);
  SarifReader(const SarifReader&) = delete;
  SarifReader& operator=(const SarifReader&) = delete;

  bool reads(FindingStream stream) const override;
  void write(FindingStream stream, std::string_view bytes) override;
  void close() override;
  const FindingList& list() const override { return list_; }
  std::vector<Finding> take() override { return list_.take(); }
  const std::string& problem() const override { return problem_; }

 private:
  // What a run contains besides its results, which may come before it.
  struct Run {
    std::vector<SarifRule> rules;
    std::map<std::string, std::size_t> rule_numbers;
    std::vector<std::string> artifacts;
    std::map<std::string, SarifPlace> bases;
    bool tool_is_known = false;
    std::vector<SarifResult> waiting;
    std::size_t waiting_bytes = 0;
  };

  void take_item(SarifItem item, std::string_view name, const boost::json::value& value);
  void take_result(SarifResult result);
  void add(const SarifResult& result);
  void add_waiting();
  const SarifRule* rule_of(const SarifResult& result) const;
  std::string printed_path(const SarifPlace& place) const;
  std::string path_in_project(const SarifPlace& place) const;

  const FindingsSpec spec_;
  const std::shared_ptr<const ProjectFiles> files_;
  const FindingReaderOptions options_;
  FindingList list_;
  Run run_;
  SarifStream stream_;
  std::string problem_;
};

}  // namespace glovebox
