#pragma once

#include <string>

#include "process/identity.h"

namespace retort::process {

/// One private server for many processes (CTest's fixture): a supervisor in the background holds
/// it, and ends it when it is told to or when none of the processes that it serves is left, however
/// they died. What the two functions below share is kept in the folder `state`.

struct start_request {
  std::string state;
  /// Gets the server's address, with permissions 0600; appears complete or not at all.
  std::string url_file;
  /// The process to serve, usually CTest. Number 0: none; the server then runs until it is stopped.
  identity user;
};

/// Starts a server, or uses the one that this state already has. With RETORT_TEST_POSTGRES_URL in
/// the environment writes that address and starts nothing. Throws as `postgres_server` does.
void start_supervised(const start_request& request);

/// Takes `user` off the list, and where it was the last one, or never on the list, ends the server
/// and removes the file with its address. Does nothing where nothing was started.
void stop_supervised(const std::string& state, const identity& user);

}  // namespace retort::process
