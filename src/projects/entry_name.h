// What every way in (zip, tar, a directory) does with the name and the mode of an entry.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "projects/relative_path.h"

namespace glovebox {

struct EntryName {
  RelativePath path;
  bool folder;  // it ended with '/'
};

// Takes a leading "./" (tar's habit) and a trailing '/' off. kUnprocessable, naming the entry.
Result<EntryName> parse_entry_name(std::string_view name);

// A name as a Unix program wrote it: bytes that are not UTF-8, and backslashes, which are part of
// a name there, become %XX. A name that leads out of the project where a backslash is read as a
// separator, as on Windows, stays as it is, for parse_entry_name() to refuse.
std::string unix_entry_name(std::string_view bytes);

// "./" alone, the project's own folder.
bool is_project_folder(std::string_view name);

// What macOS and Windows add and no tool wants: resource forks below __MACOSX/ (zip) or beside each
// file as ._NAME (tar), .DS_Store and Thumbs.db.
bool is_clutter(const RelativePath& path);

// The type bits of st_mode; a mode without any is a file's.
enum class EntryType { kFile, kFolder, kLink, kSpecial };
// kUnprocessable where the type is not one that Linux knows.
Result<EntryType> entry_type(std::string_view name, std::uint32_t mode);
// "a device", "a named pipe" or "a socket".
std::string_view special_file_name(std::uint32_t mode);

// The setuid, setgid and sticky bits of a file and the setuid bit of a folder. They are never kept.
// The other two are common on shared folders and mean nothing here.
bool has_special_bits(std::uint32_t mode);
bool is_executable(std::uint32_t mode);

}  // namespace glovebox
