#pragma once

#include <chrono>
#include <functional>

#include <libpq-fe.h>

#include "db/connection.h"

namespace retort::postgres {

/// The next answer to what was sent, for PQclear; null: there is none left. Where a signal asks to
/// stop, `cancel` is called, and again each time that the server says nothing for a while: what is
/// cancelled before the server has begun with it goes on.
PGresult* next_answer(PGconn* raw, const std::function<void()>& cancel);

/// Waits until `PQgetResult` would not; false where it is later than `end` before. Throws where a
/// signal asks to stop.
bool has_answer(PGconn* raw, std::chrono::steady_clock::time_point end);

/// What a statement that has not failed has answered.
db::result result_of(PGresult* answer);

/// Ends a COPY whose data nobody sends or wants; true where `status` is that of one.
bool end_copy(PGconn* raw, ExecStatusType status);

/// Throws `error` where a statement was COPY … FROM STDIN or TO STDOUT: the connection waits for
/// data that nobody sends, until this ends it.
void refuse_copy(PGconn* raw);

}  // namespace retort::postgres
