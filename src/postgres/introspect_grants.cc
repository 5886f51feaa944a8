#include <string>

#include <fmt/format.h>

#include "postgres/catalogue.h"

// What is said about objects: who may use them, whose they are, and comments on anything but tables
// and their columns.

namespace retort::postgres {
namespace {

// Two more parts of what follows.

std::string foreign_objects() {
  return fmt::format(R"(
  UNION ALL SELECT '', 'grants on server', NULL, s.srvname, '', 'FOREIGN SERVER ' || quote_ident(s.srvname),
    '', s.srvacl, acldefault('S', s.srvowner) FROM pg_foreign_server s WHERE s.srvacl IS NOT NULL AND {}
  UNION ALL SELECT '', 'grants on foreign data wrapper', NULL, w.fdwname, '',
    'FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname), '', w.fdwacl, acldefault('F', w.fdwowner)
  FROM pg_foreign_data_wrapper w WHERE w.fdwacl IS NOT NULL AND {})",
                     catalogue::stands_alone("pg_foreign_server", "s.oid"),
                     catalogue::stands_alone("pg_foreign_data_wrapper", "w.oid"));
}

constexpr const char* default_privileges = R"(
  UNION ALL SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I%s ', pg_get_userbyid(d.defaclrole),
      ' IN SCHEMA ' || quote_ident(n.nspname)), 'grants by default', NULL,
    pg_get_userbyid(d.defaclrole), coalesce(' IN SCHEMA ' || quote_ident(n.nspname), '') || ' ' || o.name,
    o.name, '', d.defaclacl,
    CASE WHEN d.defaclnamespace = 0 THEN acldefault(o.class, d.defaclrole) END
  FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
  JOIN (VALUES ('r'::"char", 'r'::"char", 'TABLES'), ('S', 's', 'SEQUENCES'), ('f', 'f', 'FUNCTIONS'),
    ('T', 'T', 'TYPES'), ('n', 'n', 'SCHEMAS')) o(type, class, name) ON o.type = d.defaclobjtype)";

/// Every object that can be granted on, with its privileges and those it would have without any
/// GRANT. `target` is how GRANT names it.
std::string grantable_objects(catalogue& from) {
  return fmt::format(
      R"(
relations AS (SELECT c.oid, n.nspname, c.relname, c.relkind, c.relacl, c.relowner,
    CASE WHEN c.relkind = 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.oid::regclass AS target
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'
    AND {0} AND {1} AND {2} AND {3}),
objects AS (
  SELECT '' AS lead, 'grants' AS kind, nspname, relname AS name, '' AS signature, target, '' AS part,
    relacl AS acl, acldefault(CASE WHEN relkind = 'S' THEN 's' ELSE 'r' END::"char", relowner) AS usual
  FROM relations
  UNION ALL SELECT '', 'grants', r.nspname, r.relname, '', r.target, ' (' || quote_ident(a.attname) || ')',
    a.attacl, NULL::aclitem[]
  FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid
  WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
  UNION ALL SELECT '', 'grants on schema', NULL, n.nspname, '', 'SCHEMA ' || quote_ident(n.nspname), '',
    n.nspacl, coalesce((SELECT i.initprivs FROM pg_init_privs i WHERE i.objoid = n.oid
      AND i.classoid = 'pg_namespace'::regclass AND i.privtype = 'i'), acldefault('n', n.nspowner))
  FROM pg_namespace n WHERE {0} AND {4}
  UNION ALL SELECT '', 'grants on function', n.nspname, p.proname,
    '(' || pg_get_function_identity_arguments(p.oid) || ')', 'ROUTINE ' || p.oid::regprocedure, '',
    p.proacl, acldefault('f', p.proowner)
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE p.proacl IS NOT NULL AND {0} AND {5}
  UNION ALL SELECT '', 'grants on type', n.nspname, t.typname, '', 'TYPE ' || t.oid::regtype, '',
    t.typacl, acldefault('T', t.typowner)
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE t.typacl IS NOT NULL AND {0} AND {6}{7}{8}))",
      from.is_user_schema(), from.is_users_table(), catalogue::stands_alone("pg_class", "c.oid"),
      from.is_not_of_own("c.oid"), catalogue::stands_alone("pg_namespace", "n.oid"),
      catalogue::stands_alone("pg_proc", "p.oid"), catalogue::stands_alone("pg_type", "t.oid"),
      from.has().foreign_data ? foreign_objects() : std::string(),
      from.has().default_privileges ? default_privileges : "");
}

/// Whose they are, where that is theirs to say: the sequence of a column is its table's owner's.
/// The relations are those of `grantable_objects`.
std::string owned_objects(catalogue& from) {
  return fmt::format(R"(
owned AS (SELECT 'grants' AS kind, nspname, relname AS name, '' AS signature, target, relowner AS owner
  FROM relations WHERE relkind <> 'S' OR NOT EXISTS (SELECT FROM pg_depend e
    WHERE e.classid = 'pg_class'::regclass AND e.objid = relations.oid
    AND e.refclassid = 'pg_class'::regclass AND e.refobjsubid > 0 AND e.deptype IN ('a', 'i'))
  UNION ALL SELECT 'grants on function', n.nspname, p.proname,
    '(' || pg_get_function_identity_arguments(p.oid) || ')', 'ROUTINE ' || p.oid::regprocedure, p.proowner
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {0} AND {1}
  UNION ALL SELECT 'grants on type', n.nspname, t.typname, '', 'TYPE ' || t.oid::regtype, t.typowner
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind <> 'c')
    AND {0} AND {2}))",
                     from.is_user_schema(), catalogue::stands_alone("pg_proc", "p.oid"),
                     catalogue::stands_alone("pg_type", "t.oid"));
}

/// Privileges count by what they are, whoever granted them; GRANT and REVOKE back leave none.
void read_grants(catalogue& from, model::schema& out) {
  const auto result = from.query(fmt::format(R"(
WITH {},
{},
lines AS (
  SELECT kind, nspname, name, signature, o.lead || format('%s %s ON %s %s %s%s', words.does,
    string_agg(g.privilege_type || o.part, ', ' ORDER BY g.privilege_type, o.part), o.target,
    words.whom, CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END,
    CASE WHEN g.is_grantable AND words.does = 'GRANT' THEN ' WITH GRANT OPTION' ELSE '' END) AS line
  FROM objects o CROSS JOIN (VALUES ('GRANT', 'TO'), ('REVOKE', 'FROM')) words(does, whom)
  CROSS JOIN LATERAL (
    SELECT grantee, privilege_type, is_grantable
    FROM aclexplode(CASE words.does WHEN 'GRANT' THEN coalesce(o.acl, o.usual) ELSE o.usual END)
    EXCEPT SELECT grantee, privilege_type, is_grantable
    FROM aclexplode(CASE words.does WHEN 'GRANT' THEN o.usual ELSE coalesce(o.acl, o.usual) END)) g
  GROUP BY kind, nspname, name, signature, o.lead, o.target, words.does, words.whom, g.grantee, g.is_grantable,
    o.part
  UNION ALL SELECT kind, nspname, name, signature, format('ALTER %s OWNER TO %I', target, pg_get_userbyid(owner))
  FROM owned WHERE pg_get_userbyid(owner) <> current_user)
SELECT kind, nspname, name, signature, string_agg(line, E';\n' ORDER BY line)
FROM lines GROUP BY kind, nspname, name, signature)",
                                             grantable_objects(from), owned_objects(from)));
  for (const auto& row : result.rows) {
    add_object(out, {text(row[0]), from.name(row[1], row[2]), {}, text(row[4])}, text(row[3]));
  }
}

/// The sequence of an identity is its column's, which may give it another name. Objects of the
/// server's own and of extensions have comments too; 16384 is the first oid of
/// users' objects ("System Catalog Declarations and Initial Contents", OID Assignment).
void read_comments(catalogue& from, model::schema& out) {
  const auto result = from.query(fmt::format(R"(
SELECT k.kind, i.identity, format('COMMENT ON %s %s IS %L', upper(k.kind),
  CASE WHEN i.type = 'domain constraint' THEN regexp_replace(i.identity, '^((?:[^"]|"[^"]*")*?) on ',
    '\1 ON DOMAIN ') ELSE i.identity END, d.description)
FROM pg_description d CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
CROSS JOIN LATERAL (VALUES (CASE WHEN i.type LIKE '% constraint' THEN 'constraint'
  WHEN i.type LIKE '% column' THEN 'column' WHEN i.type = 'statistics object' THEN 'statistics'
  ELSE replace(i.type, '-data', ' data') END)) k(kind)
LEFT JOIN pg_class c ON d.classoid = 'pg_class'::regclass AND c.oid = d.objoid
WHERE d.objoid >= 16384 AND d.classoid <> 'pg_extension'::regclass
  AND coalesce(c.relkind NOT IN ('r', 'p', 'f'), true) AND coalesce(i.schema !~ '^pg_', true)
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.classoid AND e.objid = d.objoid
    AND (e.deptype = 'e' OR e.deptype = 'i' AND c.relkind = 'S')) AND {})",
                                             from.is_identity_seen("i.identity")));
  for (const auto& row : result.rows) {
    add_object(out, {"comment", {{}, text(row[0]) + " " + text(row[1])}, {}, text(row[2])});
  }
}

}  // namespace

void read_grants_and_comments(catalogue& from, model::schema& out) {
  read_grants(from, out);
  read_comments(from, out);
}

}  // namespace retort::postgres
