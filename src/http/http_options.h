// The options of the HTTP server, set by the operator or a test.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/memory_budget.h"
#include "base/units.h"
#include "http/console_files.h"

namespace glovebox {

class ApiKeys;
class AuditLog;
class Error;
class SignIn;

// How long a peer may take. Each is the longest wait before the connection is closed.
struct HttpDeadlines {
  // From the first byte of a request (or from accepting) to the end of its header section.
  std::chrono::milliseconds head{10'000};
  // Between two pieces of a body; also the grace on top of body_bytes_per_second.
  std::chrono::milliseconds body_idle{30'000};
  // A kept-alive connection without a request.
  std::chrono::milliseconds idle{60'000};
  // For the peer to read each 64 KiB of a response.
  std::chrono::milliseconds write{30'000};
  // An event stream whose peer has read nothing for this long is closed if its client needs the
  // place for a new one.
  std::chrono::milliseconds stalled{5'000};
  // After a response that ends the connection: what the peer still sends is read and discarded, so
  // that it receives the response and not a reset.
  std::chrono::milliseconds linger{5'000};
};

// Limits that other parts enforce and this server only reports, so that clients know them in
// advance.
struct ToldLimits {
  ByteCount unpacked{500ULL << 20};
  ByteCount file{50ULL << 20};
  std::int64_t archive_entries = 1000;
  std::int64_t archive_ratio = 100;
  std::int64_t hourly_per_client = 20;     // 0: off
  std::int64_t concurrent_per_client = 5;  // 0: off
  // How long a job is kept after its end.
  std::chrono::milliseconds job_ttl = std::chrono::hours(24);
};

struct HttpOptions {
  std::string address = "127.0.0.1";  // an IP address, or "localhost"; IPv6 without brackets
  std::uint16_t port = 8080;          // 0: the kernel picks one, see HttpServer::port()
  // The URL for users if there is a proxy in front, such as "https://glovebox.example"; its origin
  // and host are then accepted too. Empty: none.
  std::string public_url;
  // Networks whose X-Forwarded-For is trusted: "10.0.0.0/8", "::1", …
  std::vector<std::string> trusted_proxies;
  // Host names (or NAME:PORT) that requests may be addressed to, in addition to the loopback names
  // when bound to loopback. Empty and bound beyond loopback: any.
  std::vector<std::string> allowed_hosts;

  ByteCount upload{100ULL << 20};              // the archive itself
  ByteCount json_body{1ULL << 20};             // body of POST /api/execute
  std::uint64_t body_bytes_per_second = 1024;  // slowest accepted average rate of a body
  std::size_t head_bytes = 16 * 1024;          // header section with its request line: 431 over it
  std::size_t target_bytes = 8 * 1024;         // request target: 414 over it
  std::size_t header_fields = 100;             // 431 over it
  std::size_t connections = 8192;              // open at a time; over it: 503 and closed
  // Per address (IPv6 by /64). Loopback peers and trusted proxies are not counted, because many
  // clients may use them. 0: off.
  std::size_t connections_per_address = 256;
  std::size_t streams_per_client = 100;  // event streams open at a time: 429 over it; 0: off
  bool count_loopback = false;           // for tests of the bound above
  // Required on every route except the page, health and readiness; they may change between two
  // handlers of the loop. Must outlive the server. Null: a client is identified by its address.
  const ApiKeys* keys = nullptr;
  bool deep_ready = false;  // /api/ready waits for the checks of DeepHealth
  // The field in which trusted proxies name the user of a request; see ProxyUsers. Empty: none.
  std::string trusted_user_header;
  // People sign in with OpenID Connect. Must outlive the server. Null: they cannot.
  SignIn* sign_in = nullptr;
  // Must outlive the server. Null: what it would get goes to the log.
  AuditLog* audit = nullptr;
  HttpDeadlines deadlines;
  ToldLimits told;
  // For bodies of requests, responses and event streams. Null: only each one's own bound.
  std::shared_ptr<const MemoryBudget> memory;
  // The text of GET /metrics, which needs a key. Null: there is no such route.
  std::function<std::string()> metrics;
  // Called on the loop with each Error that is sent as a response. Must not throw. May be null.
  std::function<void(const Error&)> on_refusal;
  // The web console; must outlive the server. Empty: a plain page is served instead.
  std::span<const ConsoleFile> console;
  // The documentation as a site, served at /docs/; an absolute path. Its files are replaced, never
  // changed in place. Empty: /docs says how to build it.
  std::filesystem::path docs_dir;
};

}  // namespace glovebox
