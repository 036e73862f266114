#include "auth/key_file_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace glovebox {
namespace {

using testing::HasSubstr;

const std::string kFile = "keys.toml";

std::string hash_number(int i) {
  return hash_of_key("key " + std::to_string(i));
}

std::string table(const std::string& name, int i, const std::string& more = "") {
  return "[[key]]\nname = \"" + name + "\"\nsha256 = \"" + hash_number(i) + "\"\n" + more;
}

std::string mistake_in(const std::string& text) {
  auto parsed = parse_key_file(text, kFile);
  return parsed ? "" : parsed.error().message();
}

ApiKey key_named(const std::string& name, int i) {
  ApiKey key;
  key.name = name;
  key.sha256 = hash_number(i);
  return key;
}

TEST(ApiKeyTest, AKeyHasAFixedFormAndIsDifferentEachTime) {
  std::string key = new_api_key();
  EXPECT_TRUE(is_api_key(key)) << key;
  EXPECT_EQ(key.size(), 26u);
  EXPECT_NE(key, new_api_key());
  for (const std::string& bad :
       {std::string(), std::string("gbx_"), key + "A", key.substr(1), "GBX_" + key.substr(4),
        key.substr(0, 25) + " ", key.substr(0, 25) + "\xff", key.substr(0, 25) + std::string(1, 0),
        std::string(100'000, 'A')}) {
    EXPECT_FALSE(is_api_key(bad)) << bad.substr(0, 40);
  }
}

TEST(ApiKeyTest, KeysAreHiddenAnywhereInATextForTheLog) {
  std::string key = new_api_key();
  EXPECT_EQ(with_keys_hidden("/a?key=" + key + "&k=" + key), "/a?key=gbx_***&k=gbx_***");
  EXPECT_EQ(with_keys_hidden(key), "gbx_***");
  std::string token = "gbs_" + key.substr(4);  // of a link
  EXPECT_EQ(with_keys_hidden("/shared/a?share=" + token), "/shared/a?share=gbs_***");
  EXPECT_EQ(with_keys_hidden("gb" + token + "gb" + key), "gbgbs_***gbgbx_***");
  EXPECT_EQ(with_keys_hidden("gb"), "gb");
  EXPECT_EQ(with_keys_hidden("gbx_" + key + "A"), "gbx_gbx_***A");
  EXPECT_EQ(with_keys_hidden(key.substr(0, 25)), key.substr(0, 25));
  EXPECT_EQ(with_keys_hidden("gbx_"), "gbx_");
  EXPECT_EQ(with_keys_hidden(""), "");
}

TEST(ApiKeyTest, TheHashIsSha256) {
  EXPECT_EQ(hash_of_key("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(ApiKeyTest, NamesAreSafeInLogsAndHeaders) {
  for (const char* good : {"a", "ci", "ann@example.org", "team-1.build_2", "0"}) {
    EXPECT_TRUE(is_key_name(good)) << good;
  }
  EXPECT_TRUE(is_key_name(std::string(64, 'a')));
  EXPECT_FALSE(is_key_name(std::string(65, 'a')));
  for (const char* bad : {"", " a", "-a", ".a", "a b", "a\nb", "a\"b", "ä", "a/b", "a:b"}) {
    EXPECT_FALSE(is_key_name(bad)) << bad;
  }
}

TEST(KeyFileTextTest, ReadsEveryField) {
  auto keys = parse_key_file(table("ci", 1,
                                   "created_at = 2026-11-23T09:30:00Z\n"
                                   "expires_at = 2026-11-23T11:30:00.5+01:00\n"
                                   "hourly_per_client = 100\nconcurrent_per_client = 0\n") +
                                 table("ann", 2),
                             kFile);
  ASSERT_TRUE(keys) << keys.error().message();
  ASSERT_EQ(keys->all().size(), 2u);
  const ApiKey* ci = keys->find_hash(hash_number(1));
  ASSERT_NE(ci, nullptr);
  EXPECT_EQ(ci->client(), ClientId("key:ci"));
  EXPECT_EQ(format_rfc3339(*ci->created_at), "2026-11-23T09:30:00.000Z");
  EXPECT_EQ(format_rfc3339(*ci->expires_at), "2026-11-23T10:30:00.500Z");
  EXPECT_EQ(ci->hourly_per_client, 100);
  EXPECT_EQ(ci->concurrent_per_client, 0);
  EXPECT_TRUE(ci->has_expired(*ci->expires_at));
  EXPECT_FALSE(ci->has_expired(*ci->expires_at - std::chrono::milliseconds(1)));
  const ApiKey* ann = keys->find_client(ClientId("key:ann"));
  ASSERT_NE(ann, nullptr);
  EXPECT_FALSE(ann->hourly_per_client || ann->concurrent_per_client || ann->expires_at);
  EXPECT_FALSE(ann->has_expired(WallTime::max()));
  EXPECT_EQ(keys->find_hash(hash_number(3)), nullptr);
  EXPECT_EQ(keys->find_client(ClientId("ann")), nullptr);
}

TEST(KeyFileTextTest, AFileWithoutKeysIsOne) {
  for (const char* text : {"", "# nothing yet\n", "key = []\n"}) {
    auto keys = parse_key_file(text, kFile);
    ASSERT_TRUE(keys) << text;
    EXPECT_TRUE(keys->all().empty());
  }
}

TEST(KeyFileTextTest, AMistakeIsNamedWithItsLine) {
  std::string good = table("ci", 1);
  std::map<std::string, std::string> mistakes = {
      {good + "hourly = 3\n", "keys.toml:4: \"hourly\": is not a field of a key"},
      {good + "expires = 3\n", "keys.toml:4: \"expires\": is not a field of a key"},
      {good + "expire_at = 3\n", "(did you mean \"expires_at\"?)"},
      {good + table("ci", 2), "keys.toml:4: two keys are named \"ci\""},
      {good + table("ann", 1), "keys.toml:4: \"ann\" has the same sha256 as \"ci\""},
      {"[[key]]\nname = \"a\"\n", "keys.toml:1: this [[key]] has no sha256"},
      {"\n[[key]]\nsha256 = \"" + hash_number(1) + "\"\n", "keys.toml:2: this [[key]] has no name"},
      {table("a b", 1), "keys.toml:2: \"name\": must have 1 to 64 letters"},
      {"[[key]]\nname = \"a\"\nsha256 = \"abc\"\n", "keys.toml:3: \"sha256\": must be 64"},
      {"[[key]]\nname = \"a\"\nsha256 = \"" + std::string(64, 'A') + "\"\n",
       "must be 64 lower-case"},
      {"[[key]]\nname = 3\n", "keys.toml:2: \"name\": must be a string"},
      {good + "hourly_per_client = -1\n", "keys.toml:4: \"hourly_per_client\": must be a whole"},
      {good + "hourly_per_client = 1000001\n", "must be a whole"},
      {good + "concurrent_per_client = 1.5\n", "must be a whole"},
      {good + "expires_at = 2026-11-23T09:30:00\n", "keys.toml:4: \"expires_at\": must be a time"},
      {good + "expires_at = \"tomorrow\"\n", "must be a time with its zone"},
      {"[key]\nname = \"a\"\n", "keys.toml:1: write [[key]], not [key]"},
      {"key = [1]\n", "keys.toml:1: must be a [[key]] table"},
      {"keys = 1\n", "keys.toml:1: \"keys\" is unknown"},
      {"[[key]\n", "keys.toml:1: "},
      {"name = \"\x01\"\n", "keys.toml:1: "},
  };
  for (const auto& [text, message] : mistakes) {
    EXPECT_THAT(mistake_in(text), HasSubstr(message)) << text;
  }
}

TEST(KeyFileTextTest, TheNumberOfKeysIsBounded) {
  std::string text;
  for (std::size_t i = 0; i < ApiKeys::kMost; ++i) {
    text += table("client-" + std::to_string(i), static_cast<int>(i));
  }
  EXPECT_EQ(mistake_in(text), "");
  text += table("one-more", -1);
  EXPECT_THAT(mistake_in(text), HasSubstr("more than 10000 keys"));
}

TEST(KeyFileTextTest, AddingAndRemovingKeepsTheRestByteForByte) {
  std::string text = "# ours\r\n\n" + table("ann", 1, "# of ann\nhourly_per_client=1 # few\n") +
                     "\n# bob's, ask him\n  [[key]]\nname='bob'\nsha256 = '''" + hash_number(2) +
                     "'''\n";
  auto longer = with_key(text, kFile, key_named("cid", 3));
  ASSERT_TRUE(longer) << longer.error().message();
  EXPECT_TRUE(longer->starts_with(text));
  auto back = without_key(*longer, kFile, "cid");
  ASSERT_TRUE(back) << back.error().message();
  EXPECT_EQ(*back, text);

  auto without_ann = without_key(*longer, kFile, "ann");
  ASSERT_TRUE(without_ann) << without_ann.error().message();
  EXPECT_TRUE(without_ann->starts_with("# ours\r\n\n# bob's, ask him\n  [[key]]\nname='bob'\n"));
  auto without_bob = without_key(*longer, kFile, "bob");
  ASSERT_TRUE(without_bob) << without_bob.error().message();
  EXPECT_THAT(*without_bob, HasSubstr("# few\n\n# bob's, ask him\n[[key]]\nname = \"cid\"\n"));
}

TEST(KeyFileTextTest, AnAddedKeyIsReadBackUnchanged) {
  ApiKey key = key_named("ci", 1);
  key.created_at = WallTime(std::chrono::milliseconds(1'700'000'000'123));
  key.expires_at = WallTime(std::chrono::milliseconds(1'800'000'000'000));
  key.hourly_per_client = 0;
  key.concurrent_per_client = 7;
  auto text = with_key("", kFile, key);
  ASSERT_TRUE(text);
  auto keys = parse_key_file(*text, kFile);
  ASSERT_TRUE(keys) << keys.error().message();
  const ApiKey& read = keys->all().front();
  EXPECT_EQ(read.created_at, key.created_at);
  EXPECT_EQ(read.expires_at, key.expires_at);
  EXPECT_EQ(read.hourly_per_client, 0);
  EXPECT_EQ(read.concurrent_per_client, 7);
}

TEST(KeyFileTextTest, ATakenNameABrokenFileAndAnUnknownNameAreRefused) {
  std::string text = table("ci", 1);
  EXPECT_EQ(with_key(text, kFile, key_named("ci", 2)).error().kind(), ErrorKind::kConflict);
  EXPECT_EQ(with_key(text + "x", kFile, key_named("cj", 2)).error().kind(), ErrorKind::kValidation);
  EXPECT_TRUE(with_key("key = []\n", kFile, key_named("cj", 2)).has_error());
  EXPECT_EQ(without_key(text + "x", kFile, "ci").error().kind(), ErrorKind::kValidation);
  auto unknown = without_key(text, kFile, "cii");
  EXPECT_EQ(unknown.error().kind(), ErrorKind::kNotFound);
}

TEST(KeyFileTextTest, AKeyThatSharesItsLinesIsNotCutOut) {
  std::string text = "key = [{name = 'a', sha256 = '" + hash_number(1) +
                     "'}, {name = 'b', sha256 = '" + hash_number(2) + "'}]\n";
  auto refused = without_key(text, kFile, "a");
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().kind(), ErrorKind::kConflict);
  EXPECT_THAT(refused.error().message(), HasSubstr("by hand"));
}

}  // namespace
}  // namespace glovebox
