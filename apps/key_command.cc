#include "key_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <filesystem>
#include <string>

#include "auth/key_file.h"
#include "auth/key_file_text.h"
#include "base/near_miss.h"
#include "cli/run_report.h"

namespace glovebox {
namespace {

namespace json = boost::json;

constexpr int kExitRefused = 1;

Result<void> check_name(const std::string& name) {
  if (is_key_name(name)) return ok();
  return validation_error(
      fmt::format("{} is not a key name; use 1 to 64 letters, digits and . _ @ -, starting with a "
                  "letter or digit",
                  in_quotes(name)));
}

ApiKey described_by(const KeyCommand& command, const std::string& text) {
  ApiKey key;
  key.name = command.name;
  key.sha256 = hash_of_key(text);
  key.hourly_per_client = command.hourly;
  key.concurrent_per_client = command.concurrent;
  key.created_at = SystemClock().wall_now();
  if (command.expires_after) key.expires_at = *key.created_at + *command.expires_after;
  return key;
}

// Only the key goes to standard output, for scripts; everything else goes to standard error.
Result<void> create(const KeyCommand& command) {
  GB_TRY_VOID(check_name(command.name));
  const std::string& path = command.settings.keys_file;
  std::string text = new_api_key();
  ApiKey key = described_by(command, text);
  std::error_code ignored;
  bool is_new = !std::filesystem::exists(path, ignored);
  KeyFileEdit add = [&](const std::string& file) { return with_key(file, path, key); };
  GB_TRY_VOID(edit_key_file(path, MissingKeyFile::kMake, add));
  if (is_new) {
    fmt::print(stderr,
               "glovebox: created {}, readable only by its owner; if the server runs as another "
               "user, give it access: chgrp GROUP {} && chmod 640 {}\n",
               path, path, path);
  }
  fmt::print(stderr, "glovebox: the key of {}; it is shown only once:\n", command.name);
  bool printed = std::fputs((text + "\n").c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
  if (printed) return ok();
  KeyFileEdit cut = [&](const std::string& file) { return without_key(file, path, key.name); };
  GB_TRY_VOID(edit_key_file(path, MissingKeyFile::kError, cut));
  return Error(ErrorKind::kUser, "the key could not be printed, so it was removed again");
}

Result<void> remove(const KeyCommand& command) {
  const std::string& path = command.settings.keys_file;
  KeyFileEdit cut = [&](const std::string& file) { return without_key(file, path, command.name); };
  GB_TRY_VOID(edit_key_file(path, MissingKeyFile::kError, cut));
  fmt::print(
      stderr,
      "glovebox: removed the key of {}; a running server stops accepting it within seconds\n",
      command.name);
  return ok();
}

json::value json_or_null(const std::optional<WallTime>& time) {
  return time ? json::value(format_rfc3339(*time)) : json::value(nullptr);
}

json::value json_or_null(const std::optional<std::int64_t>& number) {
  return number ? json::value(*number) : json::value(nullptr);
}

std::string list_json(const ApiKeys& keys, WallTime now) {
  json::array array;
  for (const ApiKey& key : keys.all()) {
    array.push_back({{"name", key.name},
                     {"createdAt", json_or_null(key.created_at)},
                     {"expiresAt", json_or_null(key.expires_at)},
                     {"expired", key.has_expired(now)},
                     {"hourlyPerClient", json_or_null(key.hourly_per_client)},
                     {"concurrentPerClient", json_or_null(key.concurrent_per_client)}});
  }
  return json::serialize(json::object{{"keys", std::move(array)}}) + "\n";
}

std::string day_of(const std::optional<WallTime>& time, std::string_view otherwise) {
  return time ? format_rfc3339(*time).substr(0, 10) : std::string(otherwise);
}

std::string limit_text(const std::optional<std::int64_t>& limit) {
  if (!limit) return "default";
  return *limit == 0 ? "no limit" : std::to_string(*limit);
}

std::string list_text(const ApiKeys& keys, WallTime now, const Terminal& terminal) {
  if (keys.all().empty()) return "No keys. Create one with 'glovebox key create NAME'.\n";
  std::size_t widest = std::string_view("NAME").size();
  for (const ApiKey& key : keys.all()) widest = std::max(widest, key.name.size());
  constexpr std::string_view kRow = "{:<{}}  {:<10}  {:<10}  {:<8}  {}";
  std::string head =
      fmt::format(kRow, "NAME", widest, "CREATED", "EXPIRES", "HOURLY", "CONCURRENT");
  std::string text = terminal.paint(Color::kDim, head) + "\n";
  for (const ApiKey& key : keys.all()) {
    text += fmt::format(kRow, key.name, widest, day_of(key.created_at, "?"),
                        day_of(key.expires_at, "never"), limit_text(key.hourly_per_client),
                        limit_text(key.concurrent_per_client));
    if (key.has_expired(now)) text += "  " + terminal.paint(Color::kYellow, "expired");
    text += "\n";
  }
  return text;
}

Result<void> list(const KeyCommand& command, const Terminal& terminal) {
  const std::string& path = command.settings.keys_file;
  GB_TRY(KeyFile file, KeyFile::open(path));
  GB_TRY(std::string text, file.read());
  GB_TRY(ApiKeys keys, parse_key_file(text, path));
  WallTime now = SystemClock().wall_now();
  fmt::print("{}", command.json ? list_json(keys, now) : list_text(keys, now, terminal));
  return ok();
}

Result<void> act(const KeyCommand& command, const Terminal& terminal) {
  switch (command.action) {
    case KeyAction::kCreate:
      return create(command);
    case KeyAction::kRemove:
      return remove(command);
    case KeyAction::kList:
      break;
  }
  return list(command, terminal);
}

}  // namespace

int key_command(const KeyCommand& command, const Terminal& terminal) {
  Result<void> done = act(command, terminal);
  if (!done.has_error()) return 0;
  fmt::print(stderr, "{}", error_line(done.error()));
  return kExitRefused;
}

}  // namespace glovebox
