#include "outbound/outbound_protocol.h"

#include <gtest/gtest.h>

namespace glovebox {
namespace {

OutboundRequest small_request() {
  OutboundRequest request;
  request.url = "https://example.com/hook";
  request.headers = {{"webhook-id", "msg_1"}, {"content-type", "application/json"}};
  request.body = std::string("{\"a\":\0 1}", 9);
  return request;
}

TEST(OutboundProtocolTest, ACallArrivesAsItWasSent) {
  CallPacket packet{7, 42, small_request()};
  packet.request.timeout = std::chrono::milliseconds(1234);
  CallPacket read = decode_to_sender(encode(packet)).value();
  EXPECT_EQ(read.generation, 7);
  EXPECT_EQ(read.id, 42);
  EXPECT_EQ(read.request.url, packet.request.url);
  EXPECT_EQ(read.request.headers, packet.request.headers);
  EXPECT_EQ(read.request.body, packet.request.body);
  EXPECT_EQ(read.request.timeout, packet.request.timeout);
}

TEST(OutboundProtocolTest, AnAnswerAndAFailureArriveAsTheyWereSent) {
  OutboundAnswer answer{429, {{"retry-after", "7"}}, "slow down", true, "8.8.8.8"};
  auto read =
      std::get<CallEndedPacket>(decode_from_sender(encode(CallEndedPacket{3, answer})).value());
  EXPECT_EQ(read.id, 3);
  EXPECT_EQ(read.answer->status, 429);
  EXPECT_EQ(read.answer->header("retry-after"), "7");
  EXPECT_EQ(read.answer->header("date"), "");
  EXPECT_TRUE(read.answer->body_truncated);
  Error error(ErrorKind::kForbidden, "loopback");
  auto failed =
      std::get<CallEndedPacket>(decode_from_sender(encode(CallEndedPacket{4, error})).value());
  EXPECT_EQ(failed.answer.error().kind(), ErrorKind::kForbidden);
  EXPECT_EQ(failed.answer.error().message(), "loopback");
}

TEST(OutboundProtocolTest, NoCutOrLengthenedPacketIsTaken) {
  OutboundAnswer answer{200, {{"date", "x"}}, "ok", false, "::1"};
  for (const std::string& whole :
       {encode(CallEndedPacket{1, answer}), encode(CallEndedPacket{1, internal_error("x")}),
        encode(SenderReadyPacket{1, "note"}), encode(SenderDiedPacket{1})}) {
    EXPECT_TRUE(decode_from_sender(whole).has_value());
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_TRUE(decode_from_sender(std::string_view(whole).substr(0, size)).has_error());
    }
    EXPECT_TRUE(decode_from_sender(whole + "x").has_error());
  }
  std::string call = encode(CallPacket{1, 1, small_request()});
  for (std::size_t size = 0; size < call.size(); ++size) {
    EXPECT_TRUE(decode_to_sender(std::string_view(call).substr(0, size)).has_error());
  }
}

TEST(OutboundProtocolTest, EachBoundOfARequestHolds) {
  auto accepts = [](auto change) {
    OutboundRequest request = small_request();
    change(request);
    return check_outbound_request(request).has_value();
  };
  EXPECT_TRUE(accepts([](auto&) {}));
  EXPECT_TRUE(accepts([](auto& r) { r.body.assign(kMaxOutboundBody, 'x'); }));
  EXPECT_FALSE(accepts([](auto& r) { r.body.assign(kMaxOutboundBody + 1, 'x'); }));
  EXPECT_FALSE(accepts([](auto& r) { r.url.assign(kMaxOutboundUrl + 1, 'x'); }));
  EXPECT_TRUE(accepts([](auto& r) { r.headers.assign(kMaxOutboundHeaders, {"a", "b"}); }));
  EXPECT_FALSE(accepts([](auto& r) { r.headers.assign(kMaxOutboundHeaders + 1, {"a", "b"}); }));
  EXPECT_FALSE(accepts([](auto& r) { r.most_answer_bytes = kMaxOutboundAnswer + 1; }));
  EXPECT_FALSE(accepts([](auto& r) { r.timeout = std::chrono::milliseconds(0); }));
  EXPECT_FALSE(
      accepts([](auto& r) { r.timeout = kMaxOutboundTime + std::chrono::milliseconds(1); }));
}

TEST(OutboundProtocolTest, AHeaderFieldCannotBreakOutOfItsLine) {
  for (const auto& [name, value] : HeaderFields{{"a", "b\r\nhost: x"},
                                                {"a", "b\nc"},
                                                {"a\r\nb", "c"},
                                                {"a b", "c"},
                                                {"a:", "c"},
                                                {"", "c"},
                                                {"a", std::string("b\0", 2)},
                                                {"a", "\x7f"}}) {
    OutboundRequest request = small_request();
    request.headers = {{name, value}};
    EXPECT_TRUE(check_outbound_request(request).has_error()) << name << ": " << value;
  }
}

}  // namespace
}  // namespace glovebox
