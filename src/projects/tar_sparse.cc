#include "projects/tar_sparse.h"

#include <array>
#include <charconv>

#include "projects/unpack_budget.h"

namespace glovebox::tar {
namespace {

// Of the old form (GNU tar's tar.h, struct sparse): offset and size of twelve bytes each.
constexpr std::size_t kPieceBytes = 24;
constexpr std::size_t kFieldBytes = 12;
constexpr std::size_t kHeaderPieces = 386;
constexpr std::size_t kHeaderPieceCount = 4;
constexpr std::size_t kHeaderExtended = 482;
constexpr std::size_t kRealSize = 483;
constexpr std::size_t kBlockPieceCount = 21;
constexpr std::size_t kBlockExtended = 504;

Error malformed(std::string_view entry) {
  return refuse_entry(entry, "is a sparse file with a malformed map");
}

Error malformed_record() {
  return refuse_archive("a pax header of the tar describes a sparse file with a malformed map");
}

// False at the end of the pieces, marked by an empty one.
Result<bool> add_piece(std::string_view entry, Block block, std::size_t at, SparseMap& map) {
  if (block[at + kFieldBytes] == 0) return false;
  auto offset = number_at(block, at, kFieldBytes);
  auto size = number_at(block, at + kFieldBytes, kFieldBytes);
  if (!offset || !size || map.pieces.size() >= SparseMap::kMaxPieces) return malformed(entry);
  map.pieces.push_back({*offset, *size});
  return true;
}

// A decimal number and a line feed, from data that is read in blocks.
class MapReader {
 public:
  MapReader(std::string_view entry, TarInput& input, std::uint64_t& left)
      : entry_(entry), input_(input), left_(left) {}

  Result<std::uint64_t> number() {
    std::string digits;
    while (true) {
      if (at_ == block_.size()) GB_TRY_VOID(next_block());
      char c = static_cast<char>(block_[at_++]);
      if (c == '\n') break;
      if (digits.size() > 20) return malformed(entry_);
      digits.push_back(c);
    }
    auto value = decimal(digits);
    if (!value) return malformed(entry_);
    return *value;
  }

 private:
  Result<void> next_block() {
    if (left_ < block_.size()) return malformed(entry_);
    GB_TRY(std::size_t filled, input_.fill(block_));
    if (filled != block_.size()) return refuse_archive("the tar is truncated");
    left_ -= block_.size();
    at_ = 0;
    return ok();
  }

  std::string_view entry_;
  TarInput& input_;
  std::uint64_t& left_;
  std::array<std::uint8_t, kBlock> block_{};
  std::size_t at_ = kBlock;
};

}  // namespace

std::optional<std::uint64_t> decimal(std::string_view text) {
  std::uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && value >> 63 == 0 ? std::optional(value) : std::nullopt;
}

Result<void> SparseMap::check(std::string_view entry, std::uint64_t data_size) const {
  std::uint64_t position = 0;
  std::uint64_t sum = 0;
  for (const SparsePiece& piece : pieces) {
    bool inside = piece.offset <= file_size && piece.size <= file_size - piece.offset;
    if (piece.offset < position || !inside) return malformed(entry);
    position = piece.offset + piece.size;
    sum += piece.size;
  }
  if (sum == data_size) return ok();
  return refuse_entry(entry, "is a sparse file whose data does not match its map");
}

bool is_sparse_key(std::string_view key) {
  return key.starts_with("GNU.sparse.") || key == "SCHILY.realsize";
}

Result<void> SparseFields::add_map(std::string_view text) {
  while (!text.empty()) {
    std::size_t comma = text.find(',');
    auto value = decimal(text.substr(0, comma));
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    if (!value || pieces_.size() > SparseMap::kMaxPieces) return malformed_record();
    if (piece_open_) {
      pieces_.back().size = *value;
    } else {
      pieces_.push_back({*value, 0});
    }
    piece_open_ = !piece_open_;
  }
  return ok();
}

Result<void> SparseFields::add_number(std::string_view key, std::string_view value) {
  std::optional<std::uint64_t>* field = key == "GNU.sparse.major"       ? &major_
                                        : key == "GNU.sparse.minor"     ? &minor_
                                        : key == "GNU.sparse.numblocks" ? &count_
                                                                        : &file_size_;
  auto number = decimal(value);
  if (field->has_value() || !number) return malformed_record();
  *field = number;
  return ok();
}

Result<void> SparseFields::add(std::string_view key, std::string_view value) {
  any_ = true;
  if (key == "GNU.sparse.name") {
    if (name_ || value.empty()) return malformed_record();
    name_.emplace(value);
    return ok();
  }
  bool of_a_piece = key == "GNU.sparse.offset" || key == "GNU.sparse.numbytes";
  if (of_a_piece && (key == "GNU.sparse.numbytes") != piece_open_) {
    return malformed_record();
  }
  if (of_a_piece || key == "GNU.sparse.map") return add_map(value);
  if (key == "GNU.sparse.major" || key == "GNU.sparse.minor" || key == "GNU.sparse.numblocks" ||
      key == "GNU.sparse.size" || key == "GNU.sparse.realsize") {
    return add_number(key, value);
  }
  return refuse_archive("the tar has a sparse file of an unknown format (" +
                        std::string(key.substr(0, 64)) + "); pack it without --sparse");
}

Result<SparseMap> SparseFields::map(std::string_view entry, TarInput& input,
                                    std::uint64_t& data_size) const {
  SparseMap map;
  if (!file_size_ || piece_open_) return malformed(entry);
  map.file_size = *file_size_;
  if (!major_ || *major_ == 0) {
    map.pieces = pieces_;
    if (count_ && *count_ != pieces_.size()) return malformed(entry);
    return map;
  }
  if (*major_ != 1 || minor_.value_or(0) != 0 || !pieces_.empty()) return malformed(entry);
  MapReader reader(entry, input, data_size);
  GB_TRY(std::uint64_t count, reader.number());
  if (count > SparseMap::kMaxPieces) return malformed(entry);
  for (std::uint64_t i = 0; i < count; ++i) {
    GB_TRY(std::uint64_t offset, reader.number());
    GB_TRY(std::uint64_t size, reader.number());
    map.pieces.push_back({offset, size});
  }
  return map;
}

Result<SparseMap> old_sparse_map(std::string_view entry, Block header, TarInput& input) {
  SparseMap map;
  auto size = number_at(header, kRealSize, kFieldBytes);
  if (!size) return malformed(entry);
  map.file_size = *size;
  bool more = true;
  for (std::size_t i = 0; more && i < kHeaderPieceCount; ++i) {
    GB_TRY(more, add_piece(entry, header, kHeaderPieces + i * kPieceBytes, map));
  }
  std::array<std::uint8_t, kBlock> block{};
  for (bool extended = header[kHeaderExtended] != 0; extended;) {
    GB_TRY(std::size_t filled, input.fill(block));
    if (filled != block.size()) return refuse_archive("the tar is truncated");
    std::size_t before = map.pieces.size();
    more = true;
    for (std::size_t i = 0; more && i < kBlockPieceCount; ++i) {
      GB_TRY(more, add_piece(entry, block, i * kPieceBytes, map));
    }
    extended = block[kBlockExtended] != 0;
    // Each of them adds to the map, so the map's limit bounds them too.
    if (extended && map.pieces.size() == before) return malformed(entry);
  }
  return map;
}

}  // namespace glovebox::tar
