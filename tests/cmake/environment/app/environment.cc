#include <retort/environment.h>

#include <stdexcept>
#include <string>

namespace {

std::string joined(std::span<const std::string> rows) {
  std::string text;
  for (const auto& row : rows) text += "<" + row + ">";
  return text;
}

void record(const retort::version_change& change, retort::operations& op) {
  const std::string id(change.revision.data(), change.revision.size());
  if (op.has_argument("check")) op.create_check_constraint("ck_line", "log", "line <> ''");
  if (op.argument("fail") == change.revision) throw std::runtime_error("the hook refuses " + id);
  op.execute("CREATE TABLE IF NOT EXISTS log (line TEXT)");
  op.execute("INSERT INTO log VALUES ('" +
             std::string(change.is_upgrade()     ? "up "
                         : change.is_downgrade() ? "down "
                                                 : "stamp ") +
             id + " " + joined(change.before) + joined(change.after) +
             (change.offline ? " offline" : "") + "')");
}

}  // namespace

RETORT_ENVIRONMENT{
    .include_object =
        [](const retort::schema_object& object) {
          return !(object.type == "table" && object.name == "scrap");
        },
    .on_version_apply = record,
    .naming_convention =
        {
            .ix = "ix_@column_0_label@",
            .uq = "uq_@table_name@_@column_0_N_name@",
            .ck = "ck_@table_name@_@column_0_name@",
            .fk = "fk_@table_name@_@column_0_name@_@referred_table_name@",
        },
};
