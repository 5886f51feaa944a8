#include "postgres/catalogue.h"
#include "postgres/introspect.h"

// What introspection does not read, so that it can be said.

namespace retort::postgres {

std::vector<std::string> unread(db::connection& connection) {
  // 16384 is the first oid of users' objects. An array's type has the input function of arrays.
  const auto found = query_catalogue(connection, R"(
SELECT 'base type ' || format_type(t.oid, NULL) AS line FROM pg_type t
WHERE t.oid >= 16384 AND t.typtype = 'b' AND t.typinput <> 'pg_catalog.array_in'::regproc AND NOT EXISTS (SELECT
  FROM pg_depend e WHERE e.classid = 'pg_catalog.pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
UNION SELECT format('transform for %s language %s', format_type(f.trftype, NULL), l.lanname)
FROM pg_transform f JOIN pg_language l ON l.oid = f.trflang
WHERE f.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend e
  WHERE e.classid = 'pg_catalog.pg_transform'::regclass AND e.objid = f.oid AND e.deptype = 'e')
UNION SELECT format('security label of %s for %s', s.provider, s.objname) FROM pg_seclabels s
WHERE s.objtype NOT IN ('role', 'database', 'tablespace')
UNION SELECT 'subscription ' || quote_ident(s.subname) FROM pg_subscription s
  JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database()
UNION SELECT 'tablespace of ' || c.oid::regclass FROM pg_class c
WHERE c.oid >= 16384 AND c.reltablespace <> 0 AND c.relkind IN ('r', 'p', 'm', 'i', 'I')
ORDER BY line)");
  std::vector<std::string> lines;
  for (const auto& row : found.rows) lines.push_back(text(row[0]));
  return lines;
}

}  // namespace retort::postgres
