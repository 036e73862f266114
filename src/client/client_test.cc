#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <boost/json/parse.hpp>

#include <csignal>
#include <map>

#include "client/api_client.h"
#include "client/pack_directory.h"
#include "temp_folder.h"

namespace glovebox {
namespace {

namespace json = boost::json;

TEST(ServerUrlTest, AcceptsAddressesWithAndWithoutScheme) {
  EXPECT_EQ(parse_server_url("http://127.0.0.1:8080/").value().port, "8080");
  EXPECT_EQ(parse_server_url("http://[::1]:9").value().host, "::1");
  EXPECT_EQ(parse_server_url("http://[::1]").value().port, "80");
  EXPECT_EQ(parse_server_url("box:1").value().text, "http://box:1");
  for (const char* bad : {"", "http://", "https://a", "http://a:0", "http://a:70000",
                          "http://::1:8", "http://a/b", "http://a b", "http://a:80\r\nX: y"}) {
    EXPECT_TRUE(parse_server_url(bad).has_error()) << bad;
  }
}

TEST(HttpCallTest, AnUnreachableServerIsAUserErrorWithItsAddress) {
  // Port 1 of loopback: nothing listens there.
  auto answer = http_call(parse_server_url("127.0.0.1:1").value(), HttpCall());
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().kind(), ErrorKind::kUser);
  EXPECT_NE(answer.error().message().find("http://127.0.0.1:1: cannot connect"), std::string::npos);
}

TEST(ApiClientTest, ParametersHaveTheTypeThatTheToolDeclares) {
  json::object tool = json::parse(R"({"parameters": [{"name": "n", "type": "integer"},
      {"name": "b", "type": "boolean"}, {"name": "x", "type": "number"},
      {"name": "s", "type": "string"}]})")
                          .as_object();
  auto values = parameters_from_texts(tool, {"n=3", "b=true", "x=1.5", "s=a=b", "unknown=1"});
  EXPECT_EQ(values.value(),
            json::parse(R"({"n": 3, "b": true, "x": 1.5, "s": "a=b", "unknown": "1"})"));
  EXPECT_EQ(parameters_from_texts(tool, {"n=three"}).value().at("n"), "three");
  EXPECT_TRUE(parameters_from_texts(tool, {"n"}).has_error());
  EXPECT_TRUE(parameters_from_texts(tool, {"=1"}).has_error());
  EXPECT_TRUE(parameters_from_texts(tool, {"n=1", "n=2"}).has_error());
}

TEST(ApiClientTest, AnExecutionIsParsedAsAJob) {
  auto parsed = json::parse(R"({"jobId": "job_1", "status": "failed", "exitCode": null,
      "signal": "SIGSEGV", "reason": "signal", "durationMs": 1500, "outputTruncated": true,
      "usage": {"userMs": 3, "systemMs": 4, "peakMemoryBytes": 4096},
      "artifacts": [{"path": "a", "sizeBytes": 2}], "isolation": ["seccomp"]})");
  Job job = job_from_json(parsed.as_object()).value();
  EXPECT_EQ(job.status, JobStatus::kFailed);
  EXPECT_EQ(job.signal, SIGSEGV);
  EXPECT_EQ(*job.finished_at - *job.started_at, std::chrono::milliseconds(1500));
  EXPECT_EQ(job.usage.cpu().count(), 7);
  EXPECT_EQ(job.artifacts, (std::vector<Artifact>{{"a", 2}}));
  EXPECT_TRUE(job.output.truncated);
  EXPECT_TRUE(job_from_json(json::object{{"status", "strange"}}).has_error());
}

TEST(ApiClientTest, TheServersErrorKeepsItsKindAndMessage) {
  Error error = error_from_answer(
      {422, R"({"error": {"type": "UserError", "message": "no", "details": {"entry": "x"}}})"});
  EXPECT_EQ(error.kind(), ErrorKind::kUnprocessable);
  EXPECT_EQ(error.message(), "no");
  EXPECT_EQ(error.details().at("entry"), "x");
  EXPECT_EQ(error_from_answer({502, "<html>"}).message(), "the server responded with status 502");
}

std::map<std::string, std::string> unpacked(int fd) {
  std::map<std::string, std::string> files;
  archive* reader = archive_read_new();
  archive_read_support_format_tar(reader);
  archive_read_support_filter_gzip(reader);
  lseek(fd, 0, SEEK_SET);
  EXPECT_EQ(archive_read_open_fd(reader, fd, 10240), ARCHIVE_OK);
  archive_entry* entry = nullptr;
  while (archive_read_next_header(reader, &entry) == ARCHIVE_OK) {
    if (archive_entry_filetype(entry) == AE_IFDIR) continue;
    if (archive_entry_filetype(entry) == AE_IFLNK) {
      files[archive_entry_pathname(entry)] = std::string("l:") + archive_entry_symlink(entry);
      continue;
    }
    std::string content(static_cast<std::size_t>(archive_entry_size(entry)), '\0');
    archive_read_data(reader, content.data(), content.size());
    std::string mode = (archive_entry_perm(entry) & 0100) != 0 ? "x:" : "-:";
    files[archive_entry_pathname(entry)] = mode + content;
  }
  archive_read_free(reader);
  return files;
}

TEST(PackDirectoryTest, ContainsTheFilesUnderTheirRelativeNames) {
  TempFolder folder;
  folder.write("a.txt", "alpha");
  folder.write("deep/er/\xc3\xa9 b.sh", "#!/bin/sh\n");
  std::filesystem::permissions(folder.path() / "deep/er/\xc3\xa9 b.sh",
                               std::filesystem::perms::owner_all);
  ImportNotes notes;
  UniqueFd packed = pack_directory(folder.path(), notes).value();
  EXPECT_EQ(notes.warning_count, 0);
  EXPECT_EQ(unpacked(packed.get()),
            (std::map<std::string, std::string>{{"a.txt", "-:alpha"},
                                                {"deep/er/\xc3\xa9 b.sh", "x:#!/bin/sh\n"}}));
}

TEST(PackDirectoryTest, PacksLinksAsLinksAndLeavesSpecialFilesOut) {
  TempFolder folder;
  folder.write("a.txt", "alpha");
  std::filesystem::create_symlink("/etc/passwd", folder.path() / "link");
  std::filesystem::create_directory_symlink("..", folder.path() / "up");
  ASSERT_EQ(mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  ImportNotes notes;
  UniqueFd packed = pack_directory(folder.path(), notes).value();
  EXPECT_EQ(unpacked(packed.get()),
            (std::map<std::string, std::string>{
                {"a.txt", "-:alpha"}, {"link", "l:/etc/passwd"}, {"up", "l:.."}}));
  ASSERT_EQ(notes.warnings.size(), 1u);
  EXPECT_EQ(notes.warnings[0].path, "pipe");
}

TEST(PackDirectoryTest, RefusesAMissingFolder) {
  ImportNotes notes;
  EXPECT_TRUE(pack_directory("/nowhere/at/all", notes).has_error());
}

}  // namespace
}  // namespace glovebox
