#include "http/wire/message_parser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

namespace glovebox {
namespace {

namespace http = boost::beast::http;

Error malformed_message(const boost::beast::error_code& error) {
  return validation_error("The request is not well-formed HTTP/1.1: " + error.message() + ".");
}

}  // namespace

struct MessageParser::Beast {
  http::request_parser<http::buffer_body> parser;
};

MessageParser::MessageParser() : beast_(std::make_unique<Beast>()) {
  // Both are bounded before Beast sees a byte: the section by HeadScanner, the body by its reader.
  beast_->parser.header_limit(1U << 30);
  beast_->parser.body_limit(boost::none);
}
MessageParser::~MessageParser() = default;
MessageParser::MessageParser(MessageParser&&) noexcept = default;
MessageParser& MessageParser::operator=(MessageParser&&) noexcept = default;

Result<RequestHead> MessageParser::parse_head(std::string_view head) {
  auto& parser = beast_->parser;
  while (!parser.is_header_done()) {
    boost::beast::error_code error;
    std::size_t used = parser.put(boost::asio::buffer(head.data(), head.size()), error);
    if (error) return malformed_message(error);
    head.remove_prefix(used);
  }
  const auto& message = parser.get();
  RequestHead result;
  result.method = message.method_string();
  result.target = message.target();
  result.minor_version = static_cast<int>(message.version() % 10);
  for (const auto& field : message) {
    result.fields.push_back(HeaderField{field.name_string(), field.value()});
  }
  return result;
}

std::optional<std::uint64_t> MessageParser::content_length() const {
  if (beast_->parser.chunked()) return std::nullopt;
  auto length = beast_->parser.content_length();
  return length ? *length : 0;
}

bool MessageParser::body_done() const {
  return beast_->parser.is_done();
}

Result<MessageParser::Step> MessageParser::decode(std::string_view input, char* output,
                                                  std::size_t capacity) {
  auto& parser = beast_->parser;
  auto& body = parser.get().body();
  body.data = output;
  body.size = capacity;
  Step step;
  while (!parser.is_done() && body.size > 0 && step.consumed < input.size()) {
    boost::beast::error_code error;
    std::string_view rest = input.substr(step.consumed);
    std::size_t room = body.size;
    std::size_t used = parser.put(boost::asio::buffer(rest.data(), rest.size()), error);
    step.consumed += used;
    if (error == http::error::need_more) break;
    if (error && error != http::error::need_buffer) return malformed_message(error);
    if (used == 0 && body.size == room) break;
  }
  step.produced = capacity - body.size;
  body.data = nullptr;
  body.size = 0;
  return step;
}

}  // namespace glovebox
