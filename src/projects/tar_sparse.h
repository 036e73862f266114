// Sparse members of tars: files of which only the non-zero pieces are stored. Four forms are in
// use: the old form of GNU tar (type 'S', the map in the header), and its pax forms 0.0, 0.1 and
// 1.0 (GNU tar's manual, "Storing Sparse Files"). bsdtar writes 1.0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "projects/tar_header.h"
#include "projects/tar_input.h"

namespace glovebox::tar {

// Digits only, at most 63 bits.
std::optional<std::uint64_t> decimal(std::string_view text);

struct SparsePiece {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

struct SparseMap {
  static constexpr std::size_t kMaxPieces = 65'536;

  std::uint64_t file_size = 0;  // including holes
  std::vector<SparsePiece> pieces;

  // Checks that they are in order, without overlaps, inside the file, and in total as large as the
  // stored data. kUnprocessable.
  Result<void> check(std::string_view entry, std::uint64_t data_size) const;
};

bool is_sparse_key(std::string_view key);

// The fields of a pax header for a sparse member.
class SparseFields {
 public:
  Result<void> add(std::string_view key, std::string_view value);
  bool any() const { return any_; }
  // The file's real name, if the entry has a generated one.
  const std::optional<std::string>& name() const { return name_; }
  // Reads the map, which is at the start of the data in form 1.0, and subtracts the bytes read from
  // `data_size`. `entry` is for refusals.
  Result<SparseMap> map(std::string_view entry, TarInput& input, std::uint64_t& data_size) const;

 private:
  Result<void> add_map(std::string_view text);
  Result<void> add_number(std::string_view key, std::string_view value);

  bool any_ = false;
  std::optional<std::string> name_;
  std::optional<std::uint64_t> major_;
  std::optional<std::uint64_t> minor_;
  std::optional<std::uint64_t> file_size_;
  std::optional<std::uint64_t> count_;
  std::vector<SparsePiece> pieces_;
  bool piece_open_ = false;  // form 0.0: its offset was read, its size was not
};

// The map of type 'S': four pieces in the header, more in the following blocks.
Result<SparseMap> old_sparse_map(std::string_view entry, Block header, TarInput& input);

}  // namespace glovebox::tar
