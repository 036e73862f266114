#include "projects/pax_records.h"

#include <charconv>

#include "projects/unpack_budget.h"

namespace glovebox::tar {
namespace {

struct Record {
  std::string_view key;
  std::string_view value;
};

// Removes one record from the front.
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

Result<void> set_text(const Record& record, std::optional<std::string>& field) {
  if (field || record.value.empty()) {
    return refuse_archive("a pax header of the tar gives a " + std::string(record.key) +
                          " twice, or an empty one");
  }
  field.emplace(record.value);
  return ok();
}

Result<void> set_size(const Record& record, std::optional<std::uint64_t>& field) {
  std::optional<std::uint64_t> value = decimal(record.value);
  if (field || !value) {
    return refuse_archive("a pax header of the tar has two sizes, or one that is not a number");
  }
  field = value;
  return ok();
}

}  // namespace

Result<PaxFields> parse_pax(std::string_view records, PaxScope scope) {
  PaxFields fields;
  while (!records.empty()) {
    GB_TRY(Record record, take_record(records));
    bool sparse = is_sparse_key(record.key);
    bool about_a_file =
        sparse || record.key == "path" || record.key == "linkpath" || record.key == "size";
    if (!about_a_file) continue;
    if (scope == PaxScope::kWholeArchive) {
      return refuse_archive("a pax header gives one " + std::string(record.key) +
                            " to all files of the tar");
    }
    if (sparse) {
      GB_TRY_VOID(fields.sparse.add(record.key, record.value));
    } else if (record.key == "path") {
      GB_TRY_VOID(set_text(record, fields.path));
    } else if (record.key == "linkpath") {
      GB_TRY_VOID(set_text(record, fields.link_path));
    } else {
      GB_TRY_VOID(set_size(record, fields.size));
    }
  }
  return fields;
}

}  // namespace glovebox::tar
