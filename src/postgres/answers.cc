#include "postgres/answers.h"

#include <poll.h>

#include <retort/error.h>

#include "base/interrupt.h"

namespace retort::postgres {

PGresult* next_answer(PGconn* raw, const std::function<void()>& cancel) {
  constexpr int milliseconds = 100;
  bool is_cancelled = false;
  while (PQisBusy(raw) == 1) {
    pollfd socket{PQsocket(raw), POLLIN, 0};
    const int ready = ::poll(&socket, 1, milliseconds);
    if (base::interrupt() != 0 && (!is_cancelled || ready == 0)) {
      cancel();
      is_cancelled = true;
    }
    if (ready > 0 && PQconsumeInput(raw) != 1) break;
  }
  return PQgetResult(raw);
}

bool end_copy(PGconn* raw, ExecStatusType status) {
  if (status != PGRES_COPY_IN && status != PGRES_COPY_OUT) return false;
  if (status == PGRES_COPY_IN) PQputCopyEnd(raw, "no data follows");
  char* line = nullptr;
  while (status == PGRES_COPY_OUT && PQgetCopyData(raw, &line, 0) > 0) PQfreemem(line);
  return true;
}

void refuse_copy(PGconn* raw) {
  if (PQtransactionStatus(raw) != PQTRANS_ACTIVE) return;
  PQputCopyEnd(raw, "no data follows");
  char* line = nullptr;
  while (PQgetCopyData(raw, &line, 0) > 0) PQfreemem(line);
  while (PGresult* result = PQgetResult(raw)) PQclear(result);
  throw error("COPY with STDIN or STDOUT cannot be run: a statement carries no data")
      .help("write INSERT statements");
}

}  // namespace retort::postgres
