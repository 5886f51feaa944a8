#include <retort/migration.h>

#include <string>

namespace t = retort::types;
using retort::column;

RETORT_MIGRATION(a1){
    .message = "first",
    .upgrade =
        [](retort::operations& op) {
          op.create_table("people", {
                                        column("id", t::bigint).primary_key(),
                                        column("size", t::integer).check("size > 0"),
                                        column("mail", t::varchar(80)).unique(),
                                        retort::check("size < 1000"),
                                        retort::unique({"size", "mail"}),
                                        retort::unique({"id", "mail"}).named("my_own"),
                                    });
          op.create_index("", "people", {"size"});
          op.create_table("pets", {
                                      column("id", t::bigint).primary_key(),
                                      column("owner", t::bigint).references("people", "id"),
                                  });
          op.add_column("pets",
                        column("sitter", t::bigint).references("people", "id").check("sitter > 1"));
          if (op.has_argument("size")) {
            const retort::text size = op.argument("size");
            op.execute("INSERT INTO people (id, size) VALUES (1, " +
                       std::string(size.data(), size.size()) + ")");
          }
          // Left behind by the downgrade, and no business of the tests.
          op.execute("CREATE TABLE IF NOT EXISTS scrap AS SELECT '" +
                     std::string(op.tag().data(), op.tag().size()) + "' AS tag, '" +
                     std::string(op.argument("none", "fallback").data(), 8) + "' AS word");
        },
    .downgrade =
        [](retort::operations& op) {
          op.drop_table("pets");
          op.drop_table("people");
        },
};
