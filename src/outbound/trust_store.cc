#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <cerrno>

#include "base/os.h"
#include "outbound/https_call.h"

namespace glovebox {
namespace {

// Debian and Alpine, Fedora, BSD.
constexpr const char* kSystemBundles[] = {"/etc/ssl/certs/ca-certificates.crt",
                                          "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"};

struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};

// How many certificates were added; -1 for a malformed one.
int add_certificates(X509_STORE* store, const std::string& pem) {
  std::unique_ptr<BIO, FreeBio> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  for (int count = 0;; ++count) {
    std::unique_ptr<X509, FreeCertificate> certificate(
        PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (certificate) {
      X509_STORE_add_cert(store, certificate.get());
      continue;
    }
    bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    return at_end ? count : -1;
  }
}

}  // namespace

void TrustStore::Free::operator()(x509_store_st* store) const {
  X509_STORE_free(store);
}

Result<TrustStore> TrustStore::load(const std::string& more) {
  TrustStore trust;
  trust.store_.reset(X509_STORE_new());
  if (!trust.store_) return internal_error("no memory for certificates");
  for (const char* path : kSystemBundles) {
    if (::access(path, R_OK) != 0) continue;
    if (X509_STORE_load_file(trust.store_.get(), path) == 1) trust.bundle_ = path;
    ERR_clear_error();
    if (!trust.bundle_.empty()) break;
  }
  if (!more.empty() && add_certificates(trust.store_.get(), more) <= 0) {
    return validation_error(
        "the file of certificate authorities holds no PEM certificate, or a "
        "malformed one");
  }
  return trust;
}

}  // namespace glovebox
