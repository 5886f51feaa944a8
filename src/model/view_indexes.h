#pragma once

#include <map>
#include <string>

#include "model/operation.h"

namespace retort::model {

// PostgreSQL: a materialized view is no `table`, so that its indexes are objects of the schema.

/// Whether the schema has a materialized view of this name.
bool is_stored_view(const schema& all, const qualified_name& name);

/// The index that an operation makes over such a view, as an object whose definition creates it.
object index_object(const create_index& what);

/// The object that such an index is; the end of `all.objects` where there is none of the name.
std::map<std::string, object>::const_iterator find_index_object(const schema& all,
                                                                const qualified_name& name);

/// The same index under another name.
object renamed_index(const object& index, const std::string& to);

}  // namespace retort::model
