#include "outbound/https_call.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include <algorithm>

#include "base/clean_text.h"

namespace glovebox {
namespace {

constexpr std::size_t kMaxAnswerHeaderBytes = 16 << 10;
constexpr std::size_t kMaxKeptFieldBytes = 256;
constexpr std::size_t kMaxTriedAddresses = 8;
constexpr std::size_t kMaxFailureText = 300;

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

void append(HeaderList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) return;
  (void)list.release();
  list.reset(longer);
}

// What libcurl's callbacks use.
struct Call {
  const OutboundRequest* request = nullptr;
  std::vector<NetworkAddress> checked;
  x509_store_st* trust = nullptr;
  OutboundAnswer answer;
  std::size_t header_bytes = 0;
  bool too_many_headers = false;
};

// libcurl connects only to sockets from here: whatever it made of the name, the address is one that
// was checked.
curl_socket_t open_checked(void* context, curlsocktype, curl_sockaddr* address) {
  auto& call = *static_cast<Call*>(context);
  std::optional<NetworkAddress> peer = NetworkAddress::of(&address->addr);
  bool checked = peer && std::ranges::find(call.checked, *peer) != call.checked.end();
  if (!checked) return CURL_SOCKET_BAD;
  call.answer.address = peer->text();
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

CURLcode use_trust(CURL*, void* context, void* argument) {
  auto& call = *static_cast<Call*>(argument);
  SSL_CTX_set1_cert_store(static_cast<SSL_CTX*>(context), call.trust);
  return CURLE_OK;
}

std::size_t take_body(char* data, std::size_t, std::size_t size, void* context) {
  auto& call = *static_cast<Call*>(context);
  std::size_t room = call.request->most_answer_bytes - call.answer.body.size();
  call.answer.body.append(data, std::min(room, size));
  if (size <= room) return size;
  call.answer.body_truncated = true;
  return 0;  // ends the transfer
}

bool is_kept(std::string_view name) {
  for (const char* kept : {"content-type", "retry-after", "date", "cache-control"}) {
    if (name == kept) return true;
  }
  return false;
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* context) {
  auto& call = *static_cast<Call*>(context);
  call.header_bytes += size;
  if (call.header_bytes > kMaxAnswerHeaderBytes) {
    call.too_many_headers = true;
    return 0;
  }
  std::string_view line(data, size);
  if (line.starts_with("HTTP/")) call.answer.headers.clear();  // after a 1xx answer
  std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  std::string name(line.substr(0, colon));
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  if (is_kept(name) && call.answer.header(name).empty()) {
    call.answer.headers.emplace_back(name, clean_line(line.substr(colon + 1), kMaxKeptFieldBytes));
  }
  return size;
}

// What libcurl must not do by itself: follow, remember, take from the environment.
void set_rules(CURL* easy, bool https_only) {
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, https_only ? "https" : "http");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  // The store of use_trust() instead of files.
  curl_easy_setopt(easy, CURLOPT_CAINFO, nullptr);
  curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
}

void set_callbacks(CURL* easy, Call& call) {
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_checked);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &call);
  curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, use_trust);
  curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, &call);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &call);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &call);
}

// "host:port:address,address": the answer to libcurl's own question for the name.
std::string pinned(const UrlParts& url, const std::vector<NetworkAddress>& addresses) {
  std::string entry = fmt::format("{}:{}:", url.host, url.port);
  for (std::size_t i = 0; i < std::min(addresses.size(), kMaxTriedAddresses); ++i) {
    std::string text = addresses[i].text();
    entry += fmt::format("{}{}", i > 0 ? "," : "", addresses[i].v6 ? "[" + text + "]" : text);
  }
  return entry;
}

HeaderList header_lines(const OutboundRequest& request) {
  HeaderList lines;
  append(lines, "Expect:");  // no 100-continue: it costs a second where the peer ignores it
  for (const auto& [name, value] : request.headers) append(lines, name + ": " + value);
  return lines;
}

Error call_failed(CURLcode code, const Call& call, const char* detail, const UrlParts& url) {
  if (call.too_many_headers) {
    return Error(ErrorKind::kUser,
                 fmt::format("the answer's header is larger than {} B", kMaxAnswerHeaderBytes));
  }
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return Error(ErrorKind::kUser, fmt::format("'{}' did not answer within {} ms", url.host,
                                               call.request->timeout.count()));
  }
  std::string_view said = *detail != '\0' ? detail : curl_easy_strerror(code);
  return Error(ErrorKind::kUser, clean_line(said, kMaxFailureText));
}

Result<std::vector<NetworkAddress>> addresses_of(const UrlParts& url, HostLookup& lookup,
                                                 SteadyTime deadline) {
  if (auto literal = NetworkAddress::parse(url.host)) return std::vector<NetworkAddress>{*literal};
  return lookup.find(url.host, deadline);
}

}  // namespace

Result<void> prepare_https() {
  if (OPENSSL_init_ssl(OPENSSL_INIT_LOAD_CONFIG, nullptr) != 1 ||
      curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    return internal_error("libcurl or OpenSSL cannot start");
  }
  // What OpenSSL reads from files, it reads for the first context and the first random number.
  unsigned char byte = 0;
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  bool ready = context != nullptr && RAND_bytes(&byte, 1) == 1;
  SSL_CTX_free(context);
  return ready ? ok() : Result<void>(internal_error("OpenSSL cannot make a TLS context"));
}

Result<OutboundAnswer> perform_call(const OutboundRequest& request, const SenderOptions& options,
                                    const TrustStore& trust, HostLookup& lookup) {
  SteadyTime deadline = std::chrono::steady_clock::now() + request.timeout;
  GB_TRY(UrlParts url, parse_outbound_url(request.url));
  GB_TRY(std::vector<NetworkAddress> addresses, addresses_of(url, lookup, deadline));
  GB_TRY_VOID(check_addresses(url, addresses, options));
  Call call{&request, addresses, trust.get(), {}, 0, false};
  std::unique_ptr<CURL, FreeEasy> easy(curl_easy_init());
  if (!easy) return internal_error("no memory for a request");
  set_rules(easy.get(), url.scheme == "https");
  set_callbacks(easy.get(), call);
  char detail[CURL_ERROR_SIZE] = {};
  curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, detail);
  curl_easy_setopt(easy.get(), CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_USERAGENT, "Glovebox/" GLOVEBOX_VERSION);
  HeaderList pins, headers = header_lines(request);
  if (!NetworkAddress::parse(url.host)) append(pins, pinned(url, addresses));
  curl_easy_setopt(easy.get(), CURLOPT_RESOLVE, pins.get());
  curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
  if (request.method == OutboundRequest::Method::kPost) {
    curl_easy_setopt(easy.get(), CURLOPT_POST, 1L);
    curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
  }
  auto rest =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  if (rest.count() <= 0) return call_failed(CURLE_OPERATION_TIMEDOUT, call, detail, url);
  curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(rest.count()));
  CURLcode code = curl_easy_perform(easy.get());
  bool enough = code == CURLE_WRITE_ERROR && call.answer.body_truncated;
  if (code != CURLE_OK && !enough) return call_failed(code, call, detail, url);
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  // The server takes a packet with another status for a fault of the sender.
  if (status < 100 || status > 999) {
    return Error(ErrorKind::kUser, fmt::format("the answer has the status {}", status));
  }
  call.answer.status = static_cast<int>(status);
  return std::move(call.answer);
}

}  // namespace glovebox
