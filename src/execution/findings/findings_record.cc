#include "execution/findings/findings_record.h"

#include <zstd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace glovebox {
namespace {

constexpr int kFast = 1;
// Far larger than the maximum of kMaxFindings, kMaxFindingTextBytes and JSON's escapes.
constexpr unsigned long long kMostRecordBytes = 512ULL << 20;

Error damaged_findings(std::string_view why) {
  return internal_error("the record of the findings is damaged: " + std::string(why));
}

Result<std::string> decompressed(std::string_view encoded) {
  unsigned long long size = ZSTD_getFrameContentSize(encoded.data(), encoded.size());
  bool known = size != ZSTD_CONTENTSIZE_ERROR && size != ZSTD_CONTENTSIZE_UNKNOWN;
  if (!known || size > kMostRecordBytes) return damaged_findings("its size is not known");
  std::string text(static_cast<std::size_t>(size), '\0');
  std::size_t got = ZSTD_decompress(text.data(), text.size(), encoded.data(), encoded.size());
  if (ZSTD_isError(got) != 0) return damaged_findings(ZSTD_getErrorName(got));
  if (got != text.size()) return damaged_findings("it is too short");
  return text;
}

}  // namespace

Result<std::string> encode_findings(const std::vector<Finding>& findings) {
  if (findings.empty()) return std::string();
  std::string text;
  for (const Finding& finding : findings) {
    text += boost::json::serialize(to_json(finding));
    text += '\n';
  }
  std::string encoded(ZSTD_compressBound(text.size()), '\0');
  std::size_t size = ZSTD_compress(encoded.data(), encoded.size(), text.data(), text.size(), kFast);
  if (ZSTD_isError(size) != 0) return internal_error(ZSTD_getErrorName(size));
  encoded.resize(size);
  encoded.shrink_to_fit();
  return encoded;
}

Result<std::vector<Finding>> decode_findings(std::string_view encoded) {
  std::vector<Finding> findings;
  if (encoded.empty()) return findings;
  GB_TRY(std::string text, decompressed(encoded));
  std::string_view rest = text;
  while (!rest.empty()) {
    std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return damaged_findings("its last line has no end");
    boost::system::error_code error;
    boost::json::value json = boost::json::parse(rest.substr(0, end), error);
    if (error) return damaged_findings(error.message());
    GB_TRY(Finding finding, finding_from_json(json));
    findings.push_back(std::move(finding));
    rest.remove_prefix(end + 1);
  }
  return findings;
}

}  // namespace glovebox
