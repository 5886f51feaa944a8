#include <retort/data.h>

RETORT_MIGRATION(b2){
    .down_revision = {"a1"},
    .message = "More words",
    .upgrade =
        [](retort::operations& op) {
          op.run([](retort::connection& db) {
            db.bulk_insert("words", {"id", "word"}, [](retort::row_writer& put) {
              for (int i = 1; i <= 3000; ++i) put({i, std::to_string(i)});
            });
          });
        },
    .downgrade =
        [](retort::operations& op) {
          op.run(
              [](retort::connection& db) { db.execute("DELETE FROM words WHERE id > $1", {0}); });
        },
};
