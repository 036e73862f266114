#include "sender.h"

#include <fmt/format.h>

#include <sstream>

#include "base/os.h"
#include "confinement.h"
#include "execution/webhooks/webhook_signature.h"
#include "outbound/host_lookup.h"
#include "outbound/https_call.h"

namespace glovebox {
namespace {

constexpr std::size_t kMaxCaBytes = 1 << 20;
constexpr std::size_t kMaxSecretFileBytes = 4096;
constexpr std::size_t kMostSecrets = 4;
constexpr std::size_t kMaxClientSecretBytes = 1024;

// The keeper sees what a new sender reads: certificates and the resolver's files, which are often
// links to /run. The sender itself sees nothing.
Result<void> confine(SenderOptions::Process process) {
  ConfinementPlan plan;
  plan.outgoing = Outgoing::kAllowed;
  if (process == SenderOptions::Process::kKeeper) {
    plan.read_only = {"/etc",
                      "/usr",
                      "/lib",
                      "/lib64",
                      "/run/systemd/resolve",
                      "/run/resolvconf",
                      "/run/NetworkManager",
                      "/proc",
                      "/dev/urandom"};
  }
  return confine_this_process(plan);
}

}  // namespace

Result<SenderOptions> sender_options(const Settings& settings) {
  SenderOptions options;
  for (const std::string& text : settings.allow_networks) {
    Result<Network> network = Network::parse(text);
    if (network.has_error()) return std::move(network).error().with_context("allow_networks");
    options.allow_networks.push_back(*network);
  }
  options.dns_server = settings.dns_server;
  Result<HostLookup> lookup = HostLookup::prepare(settings.dns_server, nullptr);
  if (lookup.has_error()) return std::move(lookup).error().with_context("dns_server");
  if (!settings.ca_file.empty()) {
    Result<std::string> text = os::read_file(settings.ca_file, kMaxCaBytes);
    if (text.has_error()) return std::move(text).error().with_context("ca_file");
    if (text->empty()) return validation_error("ca_file: the file is empty");
    options.ca_certificates = std::move(*text);
    Result<TrustStore> trust = TrustStore::load(options.ca_certificates);
    if (trust.has_error()) return std::move(trust).error().with_context("ca_file");
  }
  // What the operator has configured may be anywhere, on this machine too.
  if (!settings.oidc_issuer.empty()) {
    Result<UrlParts> issuer = parse_outbound_url(settings.oidc_issuer);
    if (issuer.has_error()) return std::move(issuer).error().with_context("oidc_issuer");
    options.trusted_origins.push_back(issuer->origin());
  }
  options.confine = confine;
  return options;
}

Result<std::vector<std::string>> read_webhook_secrets(const std::string& path) {
  std::vector<std::string> secrets;
  if (path.empty()) return secrets;
  Result<std::string> text = os::read_file(path, kMaxSecretFileBytes);
  if (text.has_error()) return std::move(text).error().with_context("secret_file");
  std::istringstream words(*text);
  for (std::string word; words >> word;) {
    Result<std::string> key = webhook_secret_key(word);
    if (key.has_error()) return std::move(key).error().with_context("secret_file " + path);
    secrets.push_back(std::move(word));
  }
  if (!secrets.empty() && secrets.size() <= kMostSecrets) return secrets;
  return validation_error(
      fmt::format("secret_file {} has {} secrets; it must have 1 to {}, one in "
                  "a line",
                  path, secrets.size(), kMostSecrets));
}

Result<void> check_sign_in(const Settings& settings) {
  bool issuer = !settings.oidc_issuer.empty();
  if (issuer != !settings.oidc_client_id.empty()) {
    return validation_error("oidc_issuer and oidc_client_id belong together: set both or none");
  }
  if (!issuer && !settings.oidc_client_secret_file.empty()) {
    return validation_error("oidc_client_secret_file has no effect without oidc_issuer");
  }
  return ok();
}

Result<std::string> read_client_secret(const std::string& path) {
  if (path.empty()) return std::string();
  Result<std::string> text = os::read_file(path, kMaxClientSecretBytes);
  if (text.has_error()) return std::move(text).error().with_context("oidc_client_secret_file");
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
  if (!text->empty() && text->find('\n') == std::string::npos) return text;
  return validation_error("oidc_client_secret_file " + path + " must have one line: the secret");
}

}  // namespace glovebox
