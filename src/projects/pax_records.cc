#include "projects/pax_records.h"

#include <charconv>

#include "projects/unpack_budget.h"

namespace glovebox::tar {
namespace {

struct Record {
  std::string_view key;
  std::string_view value;
};

// Takes one record from the front.
Result<Record> take_record(std::string_view& records) {
  constexpr std::string_view kMalformed = "a pax header of the tar is malformed";
  std::size_t length = 0;
  const char* end = records.data() + records.size();
  auto [rest, status] = std::from_chars(records.data(), end, length);
  auto head = static_cast<std::size_t>(rest - records.data()) + 1;  // the digits and a space
  if (status != std::errc() || head > 7 || length > records.size() || length < head + 2 ||
      records[head - 1] != ' ' || records[length - 1] != '\n') {
    return refuse_archive(kMalformed);
  }
  std::string_view body = records.substr(head, length - head - 1);
  records.remove_prefix(length);
  std::size_t equals = body.find('=');
  if (equals == 0 || equals == std::string_view::npos) return refuse_archive(kMalformed);
  return Record{body.substr(0, equals), body.substr(equals + 1)};
}

Result<void> check_key(std::string_view key) {
  if (key == "size") {
    return refuse_archive("a pax header gives a file a second size; only files over 8 GiB need it");
  }
  if (key.starts_with("GNU.sparse.") || key == "SCHILY.realsize") {
    return refuse_archive("the tar holds a sparse file; pack it without --sparse");
  }
  return ok();
}

}  // namespace

Result<std::optional<std::string>> pax_path(std::string_view records, PaxScope scope) {
  std::optional<std::string> path;
  while (!records.empty()) {
    GB_TRY(Record record, take_record(records));
    GB_TRY_VOID(check_key(record.key));
    if (record.key != "path") continue;
    if (path || record.value.empty() || scope == PaxScope::kWholeArchive) {
      return refuse_archive(
          "a pax header of the tar gives a path twice, none, or one to all files");
    }
    path.emplace(record.value);
  }
  return path;
}

}  // namespace glovebox::tar
