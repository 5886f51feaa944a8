#include <retort/data.h>
namespace t = retort::types;
using retort::column;

RETORT_MIGRATION(a1){
    .message = "Words",
    .upgrade =
        [](retort::operations& op) {
          op.create_table("words", {
                                       column("id", t::bigint).primary_key(),
                                       column("word", t::text).not_null(),
                                       column("length", t::integer).server_default("0").not_null(),
                                   });
          op.bulk_insert("words", {"id", "word"}, {{-1, "it's"}, {0, "none"}});
        },
};
