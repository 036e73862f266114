#include "http/wire/trace_context.h"

#include <gtest/gtest.h>

namespace glovebox {
namespace {

constexpr const char* kTraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

std::optional<TraceContext> read_trace(const std::string& value) {
  RequestHead head;
  head.fields = {{"Host", "localhost"}, {"TraceParent", value}};
  return trace_of(head);
}

TEST(TraceContextTest, TakesTheTraceAndAnswersWithASpanOfItsOwn) {
  auto trace = read_trace("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  ASSERT_TRUE(trace);
  EXPECT_EQ(trace->trace_id, kTraceId);
  EXPECT_TRUE(trace->sampled);
  EXPECT_EQ(trace->span_id.size(), 16u);
  EXPECT_NE(trace->span_id, "00f067aa0ba902b7");
  EXPECT_EQ(trace->field(), std::string("00-") + kTraceId + "-" + trace->span_id + "-01");
  EXPECT_FALSE(read_trace("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02")->sampled);
}

TEST(TraceContextTest, ReadsLaterVersionsAsTheFirst) {
  for (const char* text : {
           "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
           "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-will-be-like",
           " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00\t",
       }) {
    EXPECT_TRUE(read_trace(text)) << text;
  }
}

// The cases of the W3C's own test suite, trace-context/test/test.py.
TEST(TraceContextTest, IgnoresWhatIsMalformed) {
  for (const char* text : {
           "",
           "00",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
           "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",
           "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
           ".0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
           "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
           "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
           "00-.bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-.0f067aa0ba902b7-01",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-.1",
           "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
           "00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01",
       }) {
    EXPECT_FALSE(read_trace(text)) << text;
  }
}

TEST(TraceContextTest, IgnoresSeveralFields) {
  RequestHead head;
  HeaderField field{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"};
  head.fields = {field};
  EXPECT_TRUE(trace_of(head));
  head.fields = {field, field};
  EXPECT_FALSE(trace_of(head));
  head.fields.clear();
  EXPECT_FALSE(trace_of(head));
}

}  // namespace
}  // namespace glovebox
