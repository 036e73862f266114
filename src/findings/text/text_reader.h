// TextReader: findings from lines of text; see finding_reader.h.
#pragma once

#include <array>
#include <optional>

#include "findings/finding_reader.h"
#include "findings/text/line_splitter.h"
#include "findings/text/text_format.h"

namespace glovebox {

class TextReader : public FindingReader {
 public:
  TextReader(FindingsSpec spec, std::shared_ptr<const TextFormat> format,
             std::shared_ptr<const ProjectFiles> files, FindingReaderOptions options);
  TextReader(const TextReader&) = delete;
  TextReader& operator=(const TextReader&) = delete;

  bool reads(FindingStream stream) const override;
  void write(FindingStream stream, std::string_view bytes) override;
  void close() override;
  const FindingList& list() const override { return list_; }
  std::vector<Finding> take() override { return list_.take(); }
  const std::string& problem() const override { return problem_; }

 private:
  struct Stream {
    LineSplitter splitter;
    LineMatcher matcher;
    // The last finding came from this stream, so notes and carets may belong to it.
    bool owns_last = false;
    int lines_since = 0;
  };

  void take_line(Stream& stream, std::string_view line);
  bool take_finding(Stream& stream, const RawFinding& raw, const CompiledRule& rule);
  bool is_trusted(const RawFinding& raw, Trust trust, bool in_project) const;
  bool belongs_to_last(const Stream& stream, const RawFinding& raw, const SourcePlace& place) const;

  const FindingsSpec spec_;
  const std::shared_ptr<const TextFormat> format_;
  const std::shared_ptr<const ProjectFiles> files_;
  const FindingReaderOptions options_;
  FindingList list_;
  std::int64_t line_number_ = 0;
  std::string problem_;
  std::optional<Stream> streams_[2];
  Stream* current_ = nullptr;  // whose line is being processed
};

}  // namespace glovebox
