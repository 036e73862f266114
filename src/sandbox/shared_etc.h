#pragma once

#include <string_view>

namespace glovebox {

// The files of the host's /etc that programs below /usr need, if they exist. Everything else in
// /etc is not visible, above all secrets.
inline constexpr std::string_view kSharedEtc[] = {"alternatives",
                                                  "ld.so.cache",
                                                  "ld.so.conf",
                                                  "ld.so.conf.d",
                                                  "java-11-openjdk",
                                                  "java-17-openjdk",
                                                  "java-21-openjdk",
                                                  "mono",
                                                  "ssl/certs/java",
                                                  "ssl/openssl.cnf",
                                                  "perl",
                                                  "python3",
                                                  "python3.11",
                                                  "python3.12",
                                                  "frama-c"};

}  // namespace glovebox
