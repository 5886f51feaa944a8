#pragma once

#include <memory>

#include "postgres/dialect.h"

namespace retort::postgres {

/// A view or a materialized view with another query. Where CREATE OR REPLACE VIEW cannot do it,
/// because its columns change
/// ("CREATE VIEW": "the new query must generate the same columns"), the view is dropped and made
/// anew, and so are the views over it, each with what is on it: triggers, rules, indexes, comments,
/// privileges. The statement's change is one `replace_object`; a transaction is open. Throws
/// `error` where there is no such view.
std::unique_ptr<retort::dialect::table_change> make_redefinition(
    const postgres_dialect& target, db::connection& connection,
    const retort::dialect::statement& change);

}  // namespace retort::postgres
