#pragma once

// Programs that Retort makes, the tool and runners, do not link libpq: the dynamic loader would
// spend 8 of the 10 ms of `runner --version` on libpq and what that links (OpenSSL, Kerberos, LDAP,
// GnuTLS: 25 shared objects), also where the database is SQLite. libpq_on_demand.cc takes libpq's
// place at the link and loads it when a connection is made. cmake/RetortRunner.cmake says for which
// programs. Applications that link retort::postgres, and programs for which it cannot be done, link
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
