#include "base/log_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <functional>

#include "base/log.h"

namespace glovebox {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

// Takes standard error away from the log for as long as it lives.
class LogEventTest : public testing::Test {
 protected:
  void SetUp() override { before_ = spdlog::default_logger(); }
  void TearDown() override {
    set_up_log("info", LogFormat::kText);
    spdlog::set_default_logger(before_);
  }
  std::string logged(LogFormat format, const std::function<void()>& act) {
    testing::internal::CaptureStderr();
    set_up_log("info", format);
    act();
    spdlog::default_logger()->flush();
    return testing::internal::GetCapturedStderr();
  }
  std::shared_ptr<spdlog::logger> before_;
};

LogEvent run_event() {
  LogEvent event("run");
  event.request("req_1").job("job_1").client("key:ci").trace("0af7");
  event.with("tool", "cppcheck").with("bytes", std::int64_t{7}).with("ms", 1.25);
  return event;
}

TEST_F(LogEventTest, TextIsOneLineForPeople) {
  std::string line = logged(LogFormat::kText, [] { run_event().write(); });
  EXPECT_THAT(line, HasSubstr("Z info run request=req_1 client=key:ci job=job_1 trace=0af7 "
                              "tool=\"cppcheck\" bytes=7 ms=1.2\n"));
}

TEST_F(LogEventTest, JsonHasTheFieldsByName) {
  std::string line = logged(LogFormat::kJson, [] { run_event().write(spdlog::level::warn); });
  json::object object = json::parse(line).as_object();
  EXPECT_EQ(object["level"], "warning");
  EXPECT_EQ(object["event"], "run");
  EXPECT_EQ(object["requestId"], "req_1");
  EXPECT_EQ(object["job"], "job_1");
  EXPECT_EQ(object["client"], "key:ci");
  EXPECT_EQ(object["traceId"], "0af7");
  json::object& fields = object["fields"].as_object();
  EXPECT_EQ(fields["tool"], "cppcheck");
  EXPECT_EQ(fields["bytes"], 7);
  EXPECT_EQ(fields["ms"], 1.25);
  EXPECT_THAT(std::string(object["time"].as_string()),
              testing::MatchesRegex("....-..-..T..:..:..\\....Z"));
}

TEST_F(LogEventTest, OtherLinesAreJsonToo) {
  std::string text =
      logged(LogFormat::kJson, [] { spdlog::error("{}", "{\"event\":\"forged\"}\nsecond \xff"); });
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  json::object object = json::parse(text).as_object();
  EXPECT_EQ(object["event"], "log");
  EXPECT_EQ(object["level"], "error");
  EXPECT_EQ(object["message"], "{\"event\":\"forged\"}\nsecond \xef\xbf\xbd");
}

TEST_F(LogEventTest, HostileValuesStayOneLineOfPrintableAscii) {
  const std::string hostile =
      "a\nb\r\x1b[31m\"\\ job=job_2 \xc2\x9b \xe2\x80\xa8 \xf0\x9f\x98\x80 \xff \x7f" +
      std::string(1, '\0');
  for (LogFormat format : {LogFormat::kText, LogFormat::kJson}) {
    std::string text =
        logged(format, [&] { LogEvent("upload").client(hostile).with("name", hostile).write(); });
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
    for (char c : text) EXPECT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7f)) << static_cast<int>(c);
  }
  json::object object =
      json::parse(LogEvent("upload").with("name", hostile).as_json({}, spdlog::level::info))
          .as_object();
  std::string name(object["fields"].as_object()["name"].as_string());
  EXPECT_THAT(name, HasSubstr("\xf0\x9f\x98\x80"));
  EXPECT_THAT(name, HasSubstr("a\nb\r\x1b[31m\"\\"));
}

TEST_F(LogEventTest, LongValuesAreTruncated) {
  LogEvent event("upload");
  event.with("name", std::string(LogEvent::kLongestValue + 1, 'x'));
  event.client(std::string(100'000, 'y'));
  std::string line = event.as_json({}, spdlog::level::info);
  EXPECT_LT(line.size(), 2 * LogEvent::kLongestValue + 200);
  EXPECT_THAT(line, HasSubstr("xxx...\""));
}

TEST_F(LogEventTest, ALineBelowTheLevelIsNotMade) {
  EXPECT_EQ(logged(LogFormat::kJson, [] { run_event().write(spdlog::level::debug); }), "");
}

}  // namespace
}  // namespace glovebox
