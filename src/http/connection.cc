#include "http/connection.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <exception>

#include "base/log.h"
#include "base/log_event.h"
#include "base/random.h"
#include "http/routes/routes.h"
#include "http/wire/audit.h"

namespace glovebox {
namespace {

namespace asio = boost::asio;

// The maximum that may wait on one connection: pipelined requests, or a piece of a body.
constexpr std::size_t kInputBytes = 64 * 1024;
// A body up to this size is sent in one write with its head.
constexpr std::size_t kSmallBody = 32 * 1024;
constexpr std::size_t kFilePiece = 256 * 1024;

bool wants_keep_alive(const RequestHead& head) {
  if (head.has_token("Connection", "close")) return false;
  return head.minor_version >= 1 || head.has_token("Connection", "keep-alive");
}

// Against pages of other sites: they can send text/plain without a preflight (threat 73). Each
// route checks the types that it accepts.
Result<void> check_not_text(const RequestHead& head) {
  const std::string* type = head.find("Content-Type");
  if (head.method != "POST" || type == nullptr || media_type(*type) != "text/plain") return ok();
  return Error(ErrorKind::kUnsupportedMedia,
               "Content-Type text/plain is not accepted. Send application/json, or "
               "the archive as multipart/form-data or application/octet-stream.")
      .with("field", "Content-Type");
}

void log_refused_head(const std::string& id, const asio::ip::address& peer, int status,
                      const Error& error) {
  LogEvent event("request-refused");
  std::string who = "ip:" + peer.to_string();
  event.request(id).client(who);
  event.with("status", std::int64_t{status}).with("error", error.message());
  event.text(fmt::format("{} {} refused: {} {}", id, who, status, escape_for_log(error.message())));
  event.write();
}

// A request without a key is no event: any browser that visits sends some. Of the wrong keys above
// WrongKeys::kMost, which anyone can send at any rate, only the first of a window is one.
void audit_refusal(const HttpOptions& options, const HttpRequest& request, const Error& error) {
  std::string reason = "too-many";
  if (const auto* told = error.details().if_contains("reason"); told != nullptr) {
    reason = told->as_string();
  }
  if (reason == "missing") return;
  if (error.kind() == ErrorKind::kRateLimit && !error.details().contains("first")) return;
  audit(options, audit_event(request, "audit-key-refused").with("reason", reason));
}

// The job that a path is about. Its text is the client's.
std::string job_in(const std::vector<std::pair<std::string_view, std::string>>& parameters) {
  for (const auto& [name, value] : parameters) {
    if (name == "id" && value.starts_with("job_")) return value;
  }
  return {};
}

// Without a key, a client does not learn which paths below /api do not exist.
bool is_public(const HttpRequest& request, const Result<Router::Match>& match) {
  const std::vector<std::string>& segments = request.target.segments;
  if (!match) return segments.empty() || segments[0] != "api";
  return match->access == Access::kOpen;
}

HttpResponse options_response(const std::string& allowed) {
  HttpResponse response;
  response.status = 204;
  response.fields.push_back({"Allow", allowed + ", OPTIONS"});
  return response;
}

}  // namespace

Connection::Connection(std::shared_ptr<ServerContext> server, asio::ip::tcp::socket socket,
                       asio::ip::address peer, std::string bucket)
    : server_(std::move(server)),
      peer_address_(std::move(peer)),
      bucket_(std::move(bucket)),
      socket_(std::move(socket)),
      buffer_(kInputBytes),
      reader_(socket_, buffer_, server_->options),
      peer_(socket_, buffer_) {
  server_->connections.add(this, bucket_);
}

Connection::~Connection() {
  server_->connections.remove(this, bucket_);
}

void Connection::start() {
  auto self = shared_from_this();
  asio::co_spawn(socket_.socket().get_executor(), serve_all(),
                 [self](const std::exception_ptr& failure) {
                   self->close();
                   if (!failure) return;
                   try {
                     std::rethrow_exception(failure);
                   } catch (const std::exception& exception) {
                     spdlog::error("connection error: {}", escape_for_log(exception.what()));
                   }
                 });
}

void Connection::close_if_idle() {
  if (reader_.idle()) socket_.close();
}

void Connection::close() {
  socket_.close();
}

Awaitable<void> Connection::serve_all() {
  After after = After::kNext;
  while (after == After::kNext) {
    after = co_await serve_one();
    if (after == After::kStream) after = co_await serve_stream();
  }
  if (after == After::kLinger) co_await linger();
  socket_.close();
}

Awaitable<Connection::After> Connection::serve_one() {
  MessageParser parser;
  Result<std::optional<RequestHead>> head = co_await reader_.read_head(parser);
  if (head.has_value()) {
    if (!head.value()) co_return After::kClose;
    RequestHead found = std::move(*head.value());
    co_return co_await serve_request(std::move(found), parser);
  }
  std::string id = server_->request_ids.next("req_");
  server_->tell_refusal(head.error());
  HttpResponse response = error_response(head.error(), id);
  log_refused_head(id, peer_address_, response.status, head.error());
  ResponseTraits traits;
  traits.request_id = id;
  traits.keep_alive = false;
  co_await send(response, traits, true);
  co_return After::kLinger;
}

Awaitable<Connection::After> Connection::serve_request(RequestHead head, MessageParser& parser) {
  SteadyTime start = std::chrono::steady_clock::now();
  HttpRequest request;
  request.head = std::move(head);
  request.id = server_->request_ids.next("req_");
  request.address = server_->addresses.identify(peer_address_, request.head);
  request.client = request.address;
  request.trace = trace_of(request.head);
  bool expects =
      request.head.minor_version >= 1 && request.head.has_token("Expect", "100-continue");
  RequestBody body(socket_, buffer_, parser, server_->options,
                   expects ? RequestBody::Expects::kContinue : RequestBody::Expects::kNothing);
  HttpResponse response = co_await answer(request, body);
  co_await peer_.unwatch();
  bool body_read = body.skip_buffered();
  bool keep_alive = body_read && wants_keep_alive(request.head) && !server_->stopping;
  IoStatus sent = IoStatus::kFailed;
  bool streams = false;
  if (!peer_.gone()) {
    ResponseTraits traits;
    traits.request_id = request.id;
    traits.chunked = response.stream && request.head.minor_version >= 1;
    // If the end cannot be marked by a chunk, the end of the connection marks it.
    keep_alive = keep_alive && (!response.stream || traits.chunked);
    if (request.trace) response.fields.push_back({"traceresponse", request.trace->field()});
    traits.keep_alive = keep_alive;
    bool with_body = request.head.method != "HEAD";
    streams = with_body && response.stream;
    sent = co_await send(response, traits, with_body && !streams);
  }
  RequestLog log(request, response.status, start);
  After after = keep_alive ? After::kNext : After::kLinger;
  if (sent == IoStatus::kOk && streams) {
    bool chunked = request.head.minor_version >= 1;
    streaming_.reset(new Streaming{std::move(response.stream), chunked, after, std::move(log)});
    co_return After::kStream;
  }
  log.write();
  co_return sent == IoStatus::kOk ? after : After::kClose;
}

Awaitable<HttpResponse> Connection::answer(HttpRequest& request, RequestBody& body) {
  std::string failure;
  try {
    Result<HttpResponse> result = co_await call_route(request, body);
    if (result) co_return std::move(result).value();
    server_->tell_refusal(result.error());
    co_return error_response(result.error(), request.id);
  } catch (const std::exception& exception) {
    failure = exception.what();
  }
  Error fault = internal_error(failure);
  server_->tell_refusal(fault);
  co_return error_response(fault, request.id);
}

Awaitable<Result<HttpResponse>> Connection::call_route(HttpRequest& request, RequestBody& body) {
  GB_CO_TRY(request.target, parse_target(request.head.target));
  GB_CO_TRY_VOID(server_->hosts.check(request.head, request.target.authority));
  GB_CO_TRY_VOID(check_not_text(request.head));
  Result<Router::Match> match = server_->router.match(request.head.method, request.target.segments);
  bool by_share = ShareGate::is_asked(request.head) && !is_public(request, match);
  std::string credential;
  if (by_share) {
    GB_CO_TRY(credential, co_await admit_share(request, match));
  } else {
    GB_CO_TRY(credential, identify(request, match));
    request.reader = request.client;
  }
  if (!match) {
    Error error = match.error();
    if (auto page = missing_page(server_->options, request)) co_return std::move(*page);
    const auto* allowed = error.details().if_contains("allowed");
    if (request.head.method != "OPTIONS" || allowed == nullptr) co_return error;
    co_return options_response(std::string(allowed->as_string()));
  }
  Exchange exchange{request,          body,           peer_,
                    server_->options, server_->files, server_->streams,
                    server_->started, request.job,    std::move(match->parameters)};
  request.job = job_in(exchange.parameters);
  Result<HttpResponse> response = co_await (*match->handler)(exchange);
  if (response && response->stream && !credential.empty()) {
    std::function<bool()> admitted = still_admits(request, std::move(credential));
    response->stream = until_refused(std::move(response->stream), std::move(admitted));
  }
  co_return response;
}

Result<std::string> Connection::identify(HttpRequest& request, const Result<Router::Match>& match) {
  if (is_public(request, match) || !server_->callers.asks()) return std::string();
  PeerTrust trust = server_->addresses.is_trusted(peer_address_) ? PeerTrust::kTrustedProxy
                                                                 : PeerTrust::kStranger;
  auto holder = server_->callers.identify(request.head, request.address, trust);
  if (holder.has_error() && match && match->access == Access::kWelcome) return std::string();
  if (holder.has_error()) {
    audit_refusal(server_->options, request, holder.error());
    return std::move(holder).error();
  }
  request.client = std::move(holder->client);
  return std::move(holder->credential);
}

// The client stays its address: a reader uses places of its own, not those of the owner.
Awaitable<Result<std::string>> Connection::admit_share(HttpRequest& request,
                                                       const Result<Router::Match>& match) {
  Result<Share> admitted = server_->shares.admit(request.head, request.address);
  if (admitted.has_error()) {
    audit_refusal(server_->options, request, admitted.error());
    co_return std::move(admitted).error();
  }
  if (!match || match->access != Access::kShared) {
    co_return not_found("This link only reads one run or one check-up.");
  }
  Share share = std::move(*admitted);
  request.reader = share.owner;
  request.share = share.id.str();
  std::string hash = share.token_hash;
  std::string id;
  for (const auto& [name, value] : match->parameters) {
    if (name == "id") id = value;
  }
  auto checking = server_->shares.check_covers(std::move(share), std::move(id));
  GB_CO_TRY_VOID(co_await std::move(checking));
  co_return hash;
}

std::function<bool()> Connection::still_admits(const HttpRequest& request,
                                               std::string credential) const {
  if (request.share.empty()) {
    return [server = server_, credential = std::move(credential)] {
      return server->callers.still_admits(credential);
    };
  }
  return [server = server_, hash = std::move(credential)] {
    return server->shares.still_admits(hash);
  };
}

Awaitable<IoStatus> Connection::send(const HttpResponse& response, ResponseTraits traits,
                                     bool with_body) {
  auto patience = server_->options.deadlines.write;
  std::string head = serialize_head(response, traits);
  bool text = with_body && !response.file.valid();
  bool joined = text && response.body.size() <= kSmallBody;
  if (joined) head += response.body;
  IoStatus status = co_await socket_.write_all(head, patience);
  if (status != IoStatus::kOk || !with_body || joined) co_return status;
  if (text) co_return co_await socket_.write_all(response.body, patience);
  co_return co_await send_file(response);
}

Awaitable<IoStatus> Connection::send_file(const HttpResponse& response) {
  std::string piece(std::min<std::uint64_t>(kFilePiece, response.file_bytes), '\0');
  std::uint64_t sent = 0;
  while (sent < response.file_bytes) {
    std::size_t wanted = std::min<std::uint64_t>(piece.size(), response.file_bytes - sent);
    char* data = piece.data();
    std::uint64_t at = response.file_offset + sent;
    auto got = co_await server_->files.read_at(response.file.get(), at, data, wanted);
    // The head has announced more bytes: only closing shows the client that they are missing.
    if (!got || *got == 0) co_return IoStatus::kFailed;
    std::string_view bytes(data, *got);
    IoStatus status = co_await socket_.write_all(bytes, server_->options.deadlines.write);
    if (status != IoStatus::kOk) co_return status;
    sent += *got;
  }
  co_return IoStatus::kOk;
}

// One coroutine, because there may be thousands of them.
Awaitable<Connection::After> Connection::serve_stream() {
  if (buffer_.size() == 0) {
    buffer_.clear();
    buffer_.shrink_to_fit();
  }
  BodyStream& stream = *streaming_->body;
  auto patience = server_->options.deadlines.write;
  IoStatus status = IoStatus::kOk;
  peer_.watch([&stream] { stream.stop(); });
  while (status == IoStatus::kOk) {
    std::optional<std::string> piece = co_await stream.next();
    if (!piece) break;
    if (streaming_->chunked) piece = fmt::format("{:x}\r\n{}\r\n", piece->size(), *piece);
    status = co_await socket_.write_all(*piece, patience);
  }
  co_await peer_.unwatch();
  if (peer_.gone() || stream.failed()) status = IoStatus::kFailed;
  if (status == IoStatus::kOk && streaming_->chunked) {
    status = co_await socket_.write_all("0\r\n\r\n", patience);
  }
  streaming_->log.write();
  After after = status == IoStatus::kOk ? streaming_->after : After::kClose;
  streaming_.reset();
  co_return after;
}

Awaitable<void> Connection::linger() {
  socket_.shut_down_sending();
  SteadyTime deadline = std::chrono::steady_clock::now() + server_->options.deadlines.linger;
  IoStatus status = IoStatus::kOk;
  while (status == IoStatus::kOk) {
    buffer_.clear();
    status = co_await socket_.read_some(buffer_, deadline);
  }
}

}  // namespace glovebox
