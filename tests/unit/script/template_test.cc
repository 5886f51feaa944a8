#include "script/template.h"

#include <doctest/doctest.h>

#include <set>

#include "base/text_tools.h"
#include "rendered.h"
#include "script/sql_file.h"

namespace {

using namespace retort::script;

const std::map<std::string, std::string> values = {
    {"name", "N"}, {"empty", ""}, {"other_1", "@name@"}};

std::string expanded(const std::string& text) { return expand(text, values, "t.in"); }

new_migration example() {
  new_migration m;
  m.revision = "31eb30e5f037";
  m.down_revision = {"f140e6f46727"};
  m.message = "Add file size field";
  m.created = "2025-07-09T11:51:44Z";
  return m;
}

std::string written(const new_migration& m, file_format format) {
  return write_migration(m, format, default_template(format), std::string(template_name(format)));
}

}  // namespace

TEST_CASE("placeholders") {
  CHECK(expanded("a @name@ b@name@@name@\n@empty@.") == "a N bNN\n.");
  CHECK(expanded("@other_1@") == "@name@");
  CHECK(expanded("a@b.c, d@e.f @ x@") == "a@b.c, d@e.f @ x@");
  CHECK(expanded("@@name@@ @@") == "@name@ @");
  CHECK(expanded("@Name@ @param name @return") == "@Name@ @param name @return");
  CHECK(expanded("a\n@?empty@b @unknown@\nc\n") == "a\nc\n");
  CHECK(expanded("@?name@b @empty@\nc") == "b \nc");
  CHECK(expanded("@?name@@name@\n@?empty@@empty@\n") == "N\n");
  CHECK(expanded("@?name@@?empty@x\n") == "");
  CHECK(expanded("a @?name@") == "a @?name@");
  CHECK(expanded("") == "");
}

TEST_CASE("an unknown placeholder") {
  CHECK(rendered([] { expanded("a\nb @xyz@\n"); }) ==
        "FAILED: unknown placeholder '@xyz@'\n"
        "  --> t.in:2:3\n"
        "   | b @xyz@\n"
        "   |   ^\n"
        "  help: the placeholders are empty, name, other_1; an @ of its own is written @@\n");
  CHECK(rendered([] { expanded("@?empt@\n"); }) ==
        "FAILED: unknown placeholder '@empt@'\n"
        "  --> t.in:1:1\n"
        "   | @?empt@\n"
        "   | ^\n"
        "  help: did you mean 'empty'?; an @ of its own is written @@\n");
}

TEST_CASE("the default C++ template") {
  CHECK(written(example(), file_format::cpp) == R"(#include <retort/migration.h>

namespace t = retort::types;
using retort::column;

RETORT_MIGRATION(31eb30e5f037){
    .down_revision = {"f140e6f46727"},
    .message = "Add file size field",
    .created = "2025-07-09T11:51:44Z",
    .upgrade =
        [](retort::operations& op) {
          (void)op;  // op.create_table(…), op.add_column(…), op.execute("…")
        },
};
)");
  new_migration full = example();
  full.down_revision = {"a", "b"};
  full.branch_labels = {"files"};
  full.depends_on = {"c"};
  full.upgrades = "          op.execute(\"a\");\n          op.execute(\"@b@\");";
  full.downgrades = "          op.execute(\"c\");";
  CHECK(written(full, file_format::cpp) == R"(#include <retort/migration.h>

namespace t = retort::types;
using retort::column;

RETORT_MIGRATION(31eb30e5f037){
    .down_revision = {"a", "b"},
    .branch_labels = {"files"},
    .depends_on = {"c"},
    .message = "Add file size field",
    .created = "2025-07-09T11:51:44Z",
    .upgrade =
        [](retort::operations& op) {
          op.execute("a");
          op.execute("@b@");
        },
    .downgrade = [](retort::operations& op) { op.execute("c"); },
};
)");
}

TEST_CASE("the default SQL template") {
  CHECK(written(example(), file_format::sql) == R"(-- Add file size field
--
-- revision: 31eb30e5f037
-- down_revision: f140e6f46727
-- created: 2025-07-09T11:51:44Z

-- migrate:up

-- migrate:down
)");
  new_migration full = example();
  full.message = "";
  full.down_revision = {"a", "b"};
  full.branch_labels = {"files"};
  full.depends_on = {"c"};
  full.upgrades = "SELECT 1;\nSELECT 2;";
  full.downgrades = "SELECT 3;";
  CHECK(written(full, file_format::sql) == R"(-- revision: 31eb30e5f037
-- down_revision: a, b
-- branch_labels: files
-- depends_on: c
-- created: 2025-07-09T11:51:44Z

-- migrate:up
SELECT 1;
SELECT 2;

-- migrate:down
SELECT 3;
)");
}

TEST_CASE("any message gives a valid file") {
  struct example_message {
    std::string message;
    std::string in_sql;
    std::string in_cpp;
  };
  const std::vector<example_message> messages = {
      {"say \"hi\" \\n", "say \"hi\" \\n", R"(say \"hi\" \\n)"},
      {"two\nlines\r\n", "two lines", R"(two\nlines\015\n)"},
      {"*/ /* '; DROP", "*/ /* '; DROP", "*/ /* '; DROP"},
      {"Größe \xE2\x86\x92 5", "Größe \xE2\x86\x92 5", "Größe \xE2\x86\x92 5"},
      {"revision: x", "revision: x", "revision: x"},
      {"Create: x", "Create: x", "Create: x"},
      {"what?\?/", "what?\?/", R"(what?\?/)"},
      {"migrate:up", "migrate:up", "migrate:up"},
      {"migrate: up the hill", "migrate: up the hill", "migrate: up the hill"},
      {"message: x", "message: x", "message: x"},
      {"----", "----", "----"},
      {"@slug@ @@", "@slug@ @@", "@slug@ @@"},
      {"\x1b[1m7", "[1m7", R"(\033[1m7)"},
      {"", "", ""},
  };
  for (const auto& [given, in_sql, in_cpp] : messages) {
    const std::string message = given;
    CAPTURE(message);
    new_migration m = example();
    m.message = message;
    const std::string text = written(m, file_format::sql);
    const sql_file file = parse_sql_file(text, "m.sql");
    CHECK(file.message == in_sql);
    CHECK(file.revision == m.revision);
    CHECK(retort::base::join(file.down_revision, " ") == retort::base::join(m.down_revision, " "));
    CHECK(file.sections.size() == 2);
    CHECK(written(m, file_format::cpp).find(".message = \"" + in_cpp + "\",\n") !=
          std::string::npos);
  }
}

TEST_CASE("slugs") {
  CHECK(slug("Add file size field") == "add_file_size_field");
  CHECK(slug("  -- Fix #12: it's a_b! ") == "fix_12_it_s_a_b");
  CHECK(slug("Größe für Café Ærø") == "grose_fur_cafe_aro");
  CHECK(slug("добавить x") == "x");
  CHECK(slug("a×b – c") == "a_b_c");
  CHECK(slug("добавить") == "");
  CHECK(slug("") == "");
  CHECK(slug("../../etc/passwd") == "etc_passwd");
  CHECK(slug("aaa bbb ccc", 8) == "aaa_bbb");
  CHECK(slug("aaa bbb ccc", 7) == "aaa");
  CHECK(slug("aaa bbb ccc", 11) == "aaa_bbb_ccc");
  CHECK(slug(std::string(50, 'x')) == std::string(40, 'x'));
}

TEST_CASE("new revision ids") {
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i) {
    const std::string id = new_revision_id();
    CHECK(id.size() == 12);
    CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
    ids.insert(id);
  }
  CHECK(ids.size() == 100);
}

TEST_CASE("file names") {
  std::tm when{};
  when.tm_year = 125;
  when.tm_mon = 6;
  when.tm_mday = 9;
  when.tm_hour = 4;
  CHECK(file_stem("@revision@_@slug@", "abc", "add_x", when) == "abc_add_x");
  CHECK(file_stem("@revision@_@slug@", "abc", "", when) == "abc");
  CHECK(file_stem("@year@/@revision@_@month@@day@_@hour@@minute@@second@-@slug@", "abc", "s",
                  when) == "2025/abc_0709_040000-s");
  CHECK(rendered([&] { file_stem("@rev@_@slug@", "a", "b", when); }) ==
        "FAILED: file_template \"@rev@_@slug@\": unknown placeholder '@rev@'\n"
        "  help: did you mean 'revision'?; an @ of its own is written @@\n");
  CHECK(rendered([&] { file_stem("../@slug@", "a", "b", when); }) ==
        "FAILED: file_template \"../@slug@\" gives no file name inside its folder\n"
        "  help: the usual one is \"@revision@_@slug@\"\n");
}

TEST_CASE("a migration without a transaction says so, and nothing else is different") {
  auto m = example();
  m.upgrades = "CREATE INDEX CONCURRENTLY ix ON t (a);";
  m.downgrades = "DROP INDEX ix;";
  auto expected = written(m, file_format::sql);
  m.transaction = false;
  const auto sql = written(m, file_format::sql);
  for (const std::string marker : {"-- migrate:up\n", "-- migrate:down\n"}) {
    const auto at = expected.find(marker);
    REQUIRE(at != std::string::npos);
    expected.insert(at + marker.size() - 1, " transaction:false");
  }
  CHECK(sql == expected);
  const auto file = parse_sql_file(sql, "m.sql");
  REQUIRE(file.sections.size() == 2);
  CHECK_FALSE(file.sections[0].transaction);
  CHECK_FALSE(file.sections[1].transaction);

  m.upgrades = m.downgrades = "      op.execute(\"x\");";
  const auto cpp = written(m, file_format::cpp);
  m.transaction = true;
  auto plain = written(m, file_format::cpp);
  const auto at = plain.find("    .upgrade =");
  REQUIRE(at != std::string::npos);
  CHECK(cpp == plain.insert(at, "    .transaction = false,\n"));
}

TEST_CASE("so does one by a template that is indented in another way") {
  auto m = example();
  m.transaction = false;
  const auto text =
      write_migration(m, file_format::cpp,
                      "RETORT_MIGRATION(@revision@) {\n  .message = \"@message@\",\n"
                      "  .upgrade = [](retort::operations& op) {\n@upgrades@\n  },\n};\n",
                      "migration.cc.in");
  CHECK(text.find(".transaction = false,") != std::string::npos);
}
