#pragma once

// Programs that Retort makes, the tool and runners, do not link libpq: the dynamic loader would
// spend 9 of the 12 ms of `runner --version` on it and the 23 libraries behind it (OpenSSL,
// Kerberos, LDAP, GnuTLS), also where the database is SQLite. libpq_on_demand.cc takes libpq's
// place at the link and loads it when a connection is made. Applications that link
// retort::postgres, and programs for which it cannot be done (see cmake/RetortRunner.cmake), link
// libpq as ever.

namespace retort::postgres {

#ifdef __ELF__
/// Loads libpq.so.5, once. Null, or why it cannot be loaded, as the dynamic loader puts it.
///
/// Weak: a program that links libpq itself has no such function, so test its address first.
[[gnu::weak]] const char* load_libpq();
#else
constexpr const char* (*load_libpq)() = nullptr;
#endif

}  // namespace retort::postgres
