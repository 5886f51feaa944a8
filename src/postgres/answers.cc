#include "postgres/answers.h"

#include <poll.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <retort/error.h>

#include "base/interrupt.h"

namespace retort::postgres {
namespace {

/// How many rows a statement has changed, by the tag that the server ends it with: "INSERT 0 1",
/// "UPDATE 3". A SELECT's own count is none.
std::int64_t touched_rows(PGresult* answer) {
  const std::string_view tag = PQcmdStatus(answer);
  constexpr std::string_view verbs[] = {"INSERT", "UPDATE", "DELETE", "MERGE"};
  const bool changes =
      std::ranges::any_of(verbs, [&](std::string_view verb) { return tag.starts_with(verb); });
  return changes ? std::strtoll(PQcmdTuples(answer), nullptr, 10) : 0;
}

}  // namespace

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

bool has_answer(PGconn* raw, std::chrono::steady_clock::time_point end) {
  while (PQisBusy(raw) == 1) {
    base::stop_if_interrupted();
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    constexpr std::chrono::milliseconds most(100);
    pollfd socket{PQsocket(raw), POLLIN, 0};
    const int ready = ::poll(&socket, 1, static_cast<int>(std::min(left, most).count()));
    if (ready > 0 && PQconsumeInput(raw) != 1) break;
  }
  return true;
}

db::result result_of(PGresult* from) {
  db::result to;
  const int columns = PQnfields(from);
  for (int i = 0; i < columns; ++i) to.columns.emplace_back(PQfname(from, i));
  for (int row = 0; row < PQntuples(from); ++row) {
    db::row cells;
    for (int i = 0; i < columns; ++i) {
      cells.push_back(PQgetisnull(from, row, i) != 0
                          ? db::cell()
                          : db::cell({PQgetvalue(from, row, i),
                                      static_cast<std::size_t>(PQgetlength(from, row, i))}));
    }
    to.rows.push_back(std::move(cells));
  }
  to.affected = touched_rows(from);
  return to;
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
