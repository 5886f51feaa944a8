#include <retort/environment.h>

// The hooks of this environment; retort/environment.h tells what each does. All may be left out:
//
//     .include_object =
//         [](const retort::schema_object& object) { return !(object.name == "legacy"); },
//     .on_version_apply =
//         [](const retort::version_change& change, retort::operations& op) { … },
//     .naming_convention = {.ix = "ix_@@column_0_label@@"},
RETORT_ENVIRONMENT{};
