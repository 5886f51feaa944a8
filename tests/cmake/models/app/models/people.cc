#include <retort/schema.h>

namespace t = retort::types;
using retort::column;

RETORT_MODELS(people){
    .schema =
        [](retort::operations& schema) {
          schema.create_table("people", {column("id", t::integer).primary_key(),
                                         column("name", t::text).not_null()});
        },
};

RETORT_MODELS(people_indexes){
    .schema =
        [](retort::operations& schema) {
          schema.create_index("ix_people_name", "people", {"name"});
        },
};
