#include <string>
#include <string_view>

#include <fmt/format.h>

#include "dialect/quoting.h"
#include "postgres/catalogue.h"

// Operators, and the classes and families that access methods know them by.

namespace retort::postgres {
namespace {

/// `name`, or `schema.name` where it would not be found by itself.
std::string reference(std::string_view is_visible, std::string_view schema, std::string_view name) {
  return fmt::format("CASE WHEN {} THEN '' ELSE quote_ident({}) || '.' END || {}", is_visible,
                     schema, name);
}

/// `OPERATOR(===)` for the operator of this oid, or nothing.
std::string linked_operator(std::string_view words, std::string_view oid) {
  return fmt::format(
      "coalesce((SELECT ', {} = OPERATOR(' || {} || ')' FROM pg_operator w JOIN pg_namespace wn ON "
      "wn.oid = w.oprnamespace WHERE w.oid = {}), '')",
      words, reference("pg_operator_is_visible(w.oid)", "wn.nspname", "w.oprname"), oid);
}

/// An operator that another one names before it is made is there without a function.
void read_operators(catalogue& from, model::schema& out) {
  const auto result = from.query(fmt::format(
      R"(
SELECT n.nspname, o.oprname,
  format('(%s, %s)', CASE o.oprleft WHEN 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END,
    CASE o.oprright WHEN 0 THEN 'NONE' ELSE format_type(o.oprright, NULL) END),
  format('(FUNCTION = %s', o.oprcode)
  || CASE o.oprleft WHEN 0 THEN '' ELSE ', LEFTARG = ' || format_type(o.oprleft, NULL) END
  || CASE o.oprright WHEN 0 THEN '' ELSE ', RIGHTARG = ' || format_type(o.oprright, NULL) END
  || {} || {}
  || CASE WHEN o.oprrest = 0 THEN '' ELSE ', RESTRICT = ' || o.oprrest END
  || CASE WHEN o.oprjoin = 0 THEN '' ELSE ', JOIN = ' || o.oprjoin END
  || CASE WHEN o.oprcanhash THEN ', HASHES' ELSE '' END
  || CASE WHEN o.oprcanmerge THEN ', MERGES' ELSE '' END || ')'
FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
WHERE o.oprcode <> 0 AND {} AND {})",
      linked_operator("COMMUTATOR", "o.oprcom"), linked_operator("NEGATOR", "o.oprnegate"),
      from.is_user_schema(), catalogue::stands_alone("pg_operator", "o.oid")));
  for (const auto& row : result.rows) {
    const auto name = from.name(row[0], row[1]);
    const auto schema =
        name.schema.empty() ? std::string() : dialect::quote_identifier(name.schema) + ".";
    add_object(out,
               {"operator",
                name,
                {},
                fmt::format("CREATE OPERATOR {}{} {}", schema, name.name, text(row[3]))},
               " " + text(row[2]));
  }
}

/// The operators and functions that belong to a class, or to a family and none of its classes:
/// owner, number, whether it is an operator, its types, how it is added.
std::string members(std::string_view owner) {
  return fmt::format(
      R"(SELECT d.refobjid AS owner, o.amopstrategy AS number, true AS is_operator,
  format('(%s, %s)', format_type(o.amoplefttype, NULL), format_type(o.amoprighttype, NULL)) AS types,
  format('OPERATOR %s %s', o.amopstrategy, o.amopopr::regoperator)
  || CASE o.amoppurpose WHEN 'o' THEN ' FOR ORDER BY ' || {0} ELSE '' END AS item
FROM pg_amop o JOIN pg_depend d ON d.classid = 'pg_amop'::regclass AND d.objid = o.oid
  AND d.refclassid = '{1}'::regclass
LEFT JOIN pg_opfamily s ON s.oid = o.amopsortfamily LEFT JOIN pg_namespace sn ON sn.oid = s.opfnamespace
WHERE o.oid >= 16384
UNION ALL
SELECT d.refobjid, p.amprocnum, false,
  format('(%s, %s)', format_type(p.amproclefttype, NULL), format_type(p.amprocrighttype, NULL)),
  format('FUNCTION %s (%s, %s) %s', p.amprocnum, format_type(p.amproclefttype, NULL),
    format_type(p.amprocrighttype, NULL), p.amproc::regprocedure)
FROM pg_amproc p JOIN pg_depend d ON d.classid = 'pg_amproc'::regclass AND d.objid = p.oid
  AND d.refclassid = '{1}'::regclass
WHERE p.oid >= 16384)",
      reference("pg_opfamily_is_visible(s.oid)", "sn.nspname", "quote_ident(s.opfname)"), owner);
}

/// A class without members is said to keep its own type (pg_dump does the same).
void read_families_and_classes(catalogue& from, model::schema& out) {
  const auto result = from.query(fmt::format(
      R"(
WITH of_class AS MATERIALIZED ({}),
loose AS MATERIALIZED ({})
SELECT 'operator family', n.nspname, f.opfname, ' USING ' || quote_ident(am.amname), '', ''
FROM pg_opfamily f JOIN pg_namespace n ON n.oid = f.opfnamespace JOIN pg_am am ON am.oid = f.opfmethod
WHERE {} AND {}
UNION ALL
SELECT 'operator class', n.nspname, c.opcname, ' USING ' || quote_ident(am.amname), '',
  CASE WHEN c.opcdefault THEN ' DEFAULT' ELSE '' END || ' FOR TYPE ' || format_type(c.opcintype, NULL)
  || ' USING ' || quote_ident(am.amname) || ' FAMILY ' || {} || ' AS '
  || coalesce(concat_ws(', ', CASE c.opckeytype WHEN 0 THEN NULL ELSE 'STORAGE '
      || format_type(c.opckeytype, NULL) END,
    (SELECT string_agg(m.item, ', ' ORDER BY m.is_operator DESC, m.number, m.item) FROM of_class m
     WHERE m.owner = c.oid)), '')
  || CASE WHEN c.opckeytype = 0 AND NOT EXISTS (SELECT FROM of_class m WHERE m.owner = c.oid)
    THEN 'STORAGE ' || format_type(c.opcintype, NULL) ELSE '' END
FROM pg_opclass c JOIN pg_namespace n ON n.oid = c.opcnamespace JOIN pg_am am ON am.oid = c.opcmethod
JOIN pg_opfamily f ON f.oid = c.opcfamily JOIN pg_namespace fn ON fn.oid = f.opfnamespace
WHERE {} AND {}
UNION ALL
SELECT 'operator family member', n.nspname, f.opfname, ' USING ' || quote_ident(am.amname),
  format(' %s %s %s', CASE WHEN m.is_operator THEN 'OPERATOR' ELSE 'FUNCTION' END, m.number, m.types),
  m.item
FROM loose m JOIN pg_opfamily f ON f.oid = m.owner JOIN pg_namespace n ON n.oid = f.opfnamespace
JOIN pg_am am ON am.oid = f.opfmethod
WHERE {} AND {})",
      members("pg_opclass"), members("pg_opfamily"), from.is_user_schema(),
      catalogue::stands_alone("pg_opfamily", "f.oid"),
      reference("pg_opfamily_is_visible(f.oid)", "fn.nspname", "quote_ident(f.opfname)"),
      from.is_user_schema(), catalogue::stands_alone("pg_opclass", "c.oid"), from.is_user_schema(),
      catalogue::stands_alone("pg_opfamily", "f.oid")));
  for (const auto& row : result.rows) {
    const auto kind = text(row[0]);
    const auto name = from.name(row[1], row[2]);
    const auto method = text(row[3]);
    const auto quoted = from.quoted(name);
    const auto definition =
        kind == "operator class" ? fmt::format("CREATE OPERATOR CLASS {}{}", quoted, text(row[5]))
        : kind == "operator family"
            ? fmt::format("CREATE OPERATOR FAMILY {}{}", quoted, method)
            : fmt::format("ALTER OPERATOR FAMILY {}{} ADD {}", quoted, method, text(row[5]));
    add_object(out, {kind, name, {}, definition}, method + text(row[4]));
  }
}

}  // namespace

void read_operators_and_classes(catalogue& from, model::schema& out) {
  read_operators(from, out);
  read_families_and_classes(from, out);
}

}  // namespace retort::postgres
