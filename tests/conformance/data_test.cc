#include <doctest/doctest.h>
#include <fmt/format.h>

#include <retort/data.h>

#include "conformance/place.h"

// Data migrations on both databases, run as an application runs them.

namespace retort::conformance {
namespace {

namespace t = retort::types;

constexpr migration users = {.upgrade = [](operations& op) {
  op.create_table("users", {column("id", t::bigint).primary_key(), column("name", t::text),
                            column("score", t::double_precision), column("active", t::boolean),
                            column("picture", t::bytes)});
  op.bulk_insert("users", {"id", "name", "score", "active", "picture"},
                 {{1, "it's\ta\\b\nline", 0.1, true, blob(text("\0\xff\\x", 4))},
                  {2, nullptr, nullptr, false, nullptr},
                  {9007199254740993LL, "", -2.5, nullptr, blob("")}});
}};

TEST_CASE("rows, values and parameters keep what they are") {
  on_both([](const place& where) {
    static const migration work = {
        .down_revision = {"m0"}, .upgrade = [](operations& op) {
          op.run([](connection& db) {
            auto rows = db.query("SELECT * FROM users WHERE id < $1 ORDER BY id", {10});
            REQUIRE(rows.size() == 2);
            const auto first = rows[0];
            CHECK(first.get<int>("id") == 1);
            CHECK(first.get<std::string>(1) == "it's\ta\\b\nline");
            CHECK(first.get<double>("score") == 0.1);
            CHECK(first.get<bool>("active"));
            const auto bytes = first.get<std::vector<std::byte>>("picture");
            REQUIRE(bytes.size() == 4);
            CHECK(bytes[0] == std::byte{0});
            CHECK(bytes[1] == std::byte{0xff});
            CHECK(first.size() == 5);
            CHECK(rows[1].is_null("name"));
            CHECK(!rows[1].get<std::optional<std::string>>("name"));
            CHECK(!rows[1].get<bool>("active"));
            rows =
                db.query("SELECT id, name, picture FROM users WHERE id = $1", {9007199254740993LL});
            REQUIRE(rows.size() == 1);
            CHECK(rows[0].get<long long>("id") == 9007199254740993LL);
            CHECK(rows[0].get<std::string>("name").empty());
            CHECK(rows[0].get<std::vector<std::byte>>("picture").empty());
            // Nothing is cut or guessed.
            CHECK(std::string(failure_of([&] { rows[0].get<int>("id"); }).what()) ==
                  "column id is no integer of this size: '9007199254740993'");
            CHECK(std::string(failure_of([&] { first.get<int>("name"); }).what())
                      .starts_with("column name is no integer: 'it's"));
            const auto missing = failure_of([&] { first.get<int>("nam"); });
            CHECK(std::string(missing.what()) == "the result has no column nam");
            CHECK(missing.hint == "did you mean 'name'?");
            auto update = db.prepare("UPDATE users SET name = $2, score = $3 WHERE id = $1");
            CHECK(update.execute({2, std::string("two"), 1.5}) == 1);
            CHECK(update.execute({2, std::optional<std::string>(), 0.30000000000000004}) == 1);
            CHECK(update.execute({77, "nobody", 1}) == 0);
            CHECK(db.query("SELECT score FROM users WHERE id = 2")[0].get<double>(0) ==
                  0.30000000000000004);
            CHECK(db.execute("DELETE FROM users WHERE active = $1", {true}) == 1);
            const auto count = db.bulk_insert("users", {"id", "name"}, [](row_writer& put) {
              for (int i = 100; i < 12'100; ++i) put({i, "row " + std::to_string(i)});
            });
            CHECK(count == 12'000);
            CHECK(std::string(failure_of([&] { db.execute("COMMIT"); }).what()) ==
                  "COMMIT inside a migration's transaction");
          });
        }};
    upgrade(where, {&users, &work});
    CHECK(where.value("SELECT count(*) FROM users") == "12002");
    CHECK(where.value("SELECT name FROM users WHERE id = 12099") == "row 12099");
  });
}

TEST_CASE("names and strings that somebody hostile has chosen") {
  constexpr const char* hostile[] = {"it's",
                                     "a\"b",
                                     "a\\'; DROP TABLE t; --",
                                     "/* */ -- ",
                                     "$a$ $$ $1 ?1",
                                     "[a]`b`",
                                     "\x1b[31mred",
                                     "r\u00e9sum\u00e9",
                                     "a\nb\r\nc",
                                     "%s {} ${X}",
                                     "select",
                                     " "};
  on_both([&](const place& where) {
    const auto connection = where.open();
    const auto& target = where.kind().dialect();
    for (const std::string text : hostile) {
      CAPTURE(text);
      const auto table = target.quote(text);
      connection->execute("CREATE TABLE " + table + " (" + target.quote(text + "c") + " TEXT)");
      connection->execute("INSERT INTO " + table + " VALUES (" + target.literal(text) + ")");
      CHECK(connection->query("SELECT " + target.quote(text + "c") + " FROM " + table)
                .rows.at(0)
                .at(0) == text);
      CHECK(target.introspect(*connection, "retort_version").find({"", text}) != nullptr);
      connection->execute("DROP TABLE " + table);
    }
  });
}

/// SQLite's OR ROLLBACK ends a transaction with words that nobody looks for.
TEST_CASE("C++ code that begins another transaction") {
  const sqlite_place where;
  static const migration work = {
      .down_revision = {"m0"}, .upgrade = [](operations& op) {
        op.execute("CREATE TABLE lost (id INTEGER)");
        op.run([](connection& db) {
          try {
            db.execute("INSERT OR ROLLBACK INTO users (id) VALUES (1), (1)");
          } catch (const error&) {
            db.execute("BEGIN");
          }
        });
      }};
  const auto problem = failure_of([&] { upgrade(where, {&users, &work}); });
  CHECK(std::string(problem.what()) ==
        "upgrade to m1 failed: one of its statements ended the migration's transaction, so that "
        "what came before it in the migration may be lost or committed");
  CHECK(where.value("SELECT version_num FROM retort_version") == "m0");
}

TEST_CASE("what C++ code throws fails the migration, and nothing of it remains") {
  on_both([](const place& where) {
    static const migration sql = {.down_revision = {"m0"}, .upgrade = [](operations& op) {
                                    op.run([](connection& db) {
                                      db.execute("DELETE FROM users");
                                      db.execute("DELETE FROM nobodys");
                                    });
                                  }};
    static const migration standard = {.down_revision = {"m0"}, .upgrade = [](operations& op) {
                                         op.run([](connection& db) {
                                           db.execute("DELETE FROM users");
                                           throw std::runtime_error("no such file");
                                         });
                                       }};
    auto problem = failure_of([&] { upgrade(where, {&users, &sql}); });
    CHECK(std::string(problem.what()).find("nobodys") != std::string::npos);
    CHECK(problem.where.file.ends_with("data_test.cc"));
    CHECK(problem.where.line != 0);
    problem = failure_of([&] { upgrade(where, {&users, &standard}); });
    CHECK(std::string(problem.what()) == "upgrade to m1 failed: no such file");
    CHECK(where.value("SELECT count(*) FROM users") == "3");
    CHECK(where.value("SELECT version_num FROM retort_version") == "m0");
  });
}

constexpr migration many = {.upgrade = [](operations& op) {
  op.create_table("many", {column("a", t::integer).not_null(), column("b", t::text).not_null(),
                           column("n", t::integer), primary_key({"a", "b"})});
  op.run([](connection& db) {
    db.bulk_insert("many", {"a", "b", "n"}, [](row_writer& put) {
      for (int i = 0; i < 2'500; ++i) put({i / 7, "k" + std::to_string(i), i % 10});
    });
  });
}};

/// Not idempotent: a row that is updated twice shows.
const migration filled_table = {
    .down_revision = {"m0"}, .upgrade = [](operations& op) {
      op.add_column("many", "twice", t::integer);
      op.backfill("many", "twice = coalesce(twice, 0) + 2 * n", "n <> 3").batches_of(300);
      op.alter_column("many", "n", change().not_null());
    }};

TEST_CASE("a backfill updates each row once, with what stands before and behind it") {
  on_both([](const place& where) {
    upgrade(where, {&many, &filled_table});
    CHECK(where.value("SELECT count(*) FROM many WHERE n <> 3 AND twice = 2 * n") == "2250");
    CHECK(where.value("SELECT count(*) FROM many WHERE n = 3 AND twice IS NULL") == "250");
    CHECK(where.value("SELECT version_num FROM retort_version") == "m1");
    CHECK_THROWS_AS(where.value("SELECT 1 FROM retort_unfinished"), error);
    CHECK_THROWS_AS(where.execute("INSERT INTO many VALUES (-1, 'x', NULL, 1)"), error);
  });
}

TEST_CASE("a backfill that was stopped goes on where it was") {
  on_both([](const place& where) {
    const bool is_sqlite = where.url().starts_with("sqlite");
    upgrade(where, {&many});
    // In the fifth batch.
    if (is_sqlite) {
      where.execute(
          "CREATE TRIGGER stop BEFORE UPDATE ON many WHEN old.b = 'k1500' "
          "BEGIN SELECT raise(ABORT, 'stopped'); END");
    } else {
      where.execute(
          "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS "
          "'BEGIN RAISE EXCEPTION ''stopped''; END'");
      where.execute(
          "CREATE TRIGGER stop BEFORE UPDATE ON many FOR EACH ROW WHEN (old.b = 'k1500') "
          "EXECUTE FUNCTION stop()");
    }
    const auto problem = failure_of([&] { upgrade(where, {&many, &filled_table}); });
    CHECK(std::string(problem.what()).starts_with("upgrade to m1 failed: "));
    CHECK(problem.notes.back() ==
          "the database is at m0; what m1 had committed before remains, and the next run goes on "
          "behind it");
    CHECK(where.value("SELECT count(*) FROM many WHERE twice IS NOT NULL") == "1200");
    CHECK(where.value("SELECT updated_rows FROM retort_unfinished") == "1200");

    static const migration other = {.down_revision = {"m0"}, .upgrade = [](operations& op) {
                                      op.add_column("many", "other", t::integer);
                                    }};
    CHECK(std::string(failure_of([&] {
                        upgrade(where, {&many, &other});
                      }).what()) ==
          "the upgrade to m1 was begun and not finished: 1 of its parts are committed, and "
          "1200 rows of the next");
    static const migration edited = {.down_revision = {"m0"}, .upgrade = [](operations& op) {
                                       op.add_column("many", "twice", t::integer);
                                       op.backfill("many", "twice = 0").batches_of(300);
                                     }};
    CHECK(std::string(failure_of([&] {
                        upgrade(where, {&many, &edited});
                      }).what()) ==
          "upgrade to m1 failed: what it had done when it was stopped is not what it says now");

    where.execute(is_sqlite ? "DROP TRIGGER stop" : "DROP TRIGGER stop ON many");
    upgrade(where, {&many, &filled_table});
    CHECK(where.value("SELECT count(*) FROM many WHERE n <> 3 AND twice = 2 * n") == "2250");
    CHECK(where.value("SELECT version_num FROM retort_version") == "m1");
    CHECK_THROWS_AS(where.value("SELECT 1 FROM retort_unfinished"), error);
  });
}

TEST_CASE("a backfill needs a key to walk by") {
  on_both([](const place& where) {
    static const migration plain = {.upgrade = [](operations& op) {
      op.create_table("plain", {column("a", t::integer), column("b", t::integer)});
      op.bulk_insert("plain", {"a", "b"}, {{1, 0}, {2, 0}, {3, 0}, {4, 0}, {5, 0}});
    }};
    static const migration fill = {.down_revision = {"m0"}, .upgrade = [](operations& op) {
                                     op.backfill("plain", "b = b + 1").batches_of(2);
                                   }};
    static const migration by = {.down_revision = {"m0"}, .upgrade = [](operations& op) {
                                   op.backfill("plain", "b = b + 1").batches_of(2).by({"a"});
                                 }};
    upgrade(where, {&plain});
    if (where.url().starts_with("sqlite")) {
      upgrade(where, {&plain, &fill});  // By its rowid.
    } else {
      const auto problem = failure_of([&] { upgrade(where, {&plain, &fill}); });
      CHECK(std::string(problem.what()) ==
            "upgrade to m1 failed: table plain has no primary key to walk through its rows by");
      CHECK(problem.hint == "name columns that are unique and never NULL: .by({\"column\"})");
      where.execute("INSERT INTO plain VALUES (NULL, 0)");
      CHECK(
          std::string(failure_of([&] {
                        upgrade(where, {&plain, &by});
                      }).what()) ==
          "upgrade to m1 failed: a row of table plain has NULL in the key that the backfill walks "
          "by");
      where.execute("DELETE FROM plain WHERE a IS NULL");
      upgrade(where, {&plain, &by});
    }
    CHECK(where.value("SELECT sum(b) FROM plain") == "5");
  });
}

TEST_CASE("COMMIT and a backfill outside a transaction are refused when planned") {
  on_both([](const place& where) {
    static const migration commit = {.upgrade = [](operations& op) { op.execute("COMMIT"); }};
    CHECK(std::string(failure_of([&] { upgrade(where, {&commit}); }).what()) ==
          "COMMIT in a migration that runs in a transaction of its own");
    static const migration outside = {.transaction = false,
                                      .upgrade = [](operations& op) { op.backfill("t", "a = 1"); }};
    CHECK(std::string(failure_of([&] { upgrade(where, {&outside}); }).what()) ==
          "cannot backfill t in a migration outside a transaction");
  });
}

/// What goes wrong in a migration behind `users`, which then leaves nothing.
std::string refusal(const place& where, const migration& bad) {
  upgrade(where, {&users});
  const auto problem = failure_of([&] { upgrade(where, {&users, &bad}); });
  CHECK(where.value("SELECT count(*) FROM users") == "3");
  CHECK(where.value("SELECT version_num FROM retort_version") == "m0");
  const std::string lead = "upgrade to m1 failed: ";
  const std::string what = problem.what();
  return what.starts_with(lead) ? what.substr(lead.size()) : what;
}

TEST_CASE("C++ code cannot end the migration's transaction") {
  on_both([](const place& where) {
    static const migration second = {
        .down_revision = {"m0"}, .upgrade = [](operations& op) {
          op.run([](connection& db) { db.execute("DELETE FROM users; COMMIT"); });
        }};
    CHECK(refusal(where, second) == "there is a second statement behind the first one");
    static const migration behind = {.down_revision = {"m0"}, .upgrade = [](operations& op) {
                                       op.run([](connection& db) {
                                         db.execute("DELETE FROM users;");
                                         db.query("; /* c */ COMMIT");
                                       });
                                     }};
    CHECK(refusal(where, behind) == "COMMIT inside a migration's transaction");
    static const migration number = {.down_revision = {"m0"}, .upgrade = [](operations& op) {
                                       op.run([](connection& db) {
                                         db.execute("DELETE FROM users");
                                         throw 42;
                                       });
                                     }};
    CHECK(refusal(where, number) == "its C++ code has thrown something that is no std::exception");
    static const migration twice = {
        .down_revision = {"m0"}, .upgrade = [](operations& op) {
          op.run([](connection& db) {
            db.bulk_insert("users", {"id", "id"}, [](row_writer& put) { put({7, 8}); });
          });
        }};
    CHECK(refusal(where, twice) == "bulk_insert into users: it names id twice");
    if (!where.url().starts_with("sqlite")) return;
    static const migration caught = {
        .down_revision = {"m0"}, .upgrade = [](operations& op) {
          op.run([](connection& db) {
            db.execute("DELETE FROM users WHERE id = 3");
            try {
              db.execute("INSERT OR ROLLBACK INTO users (id) VALUES (1)");
            } catch (const error&) {
            }
          });
          op.create_table("later", {column("id", t::integer)});
        }};
    CHECK(refusal(where, caught).starts_with("it ended the migration's transaction"));
    CHECK_THROWS_AS(where.value("SELECT 1 FROM later"), error);
  });
}

TEST_CASE("a backfill that moves its key under another name stops, and changes nothing") {
  on_both([](const place& where) {
    upgrade(where, {&users});
    static const migration moving = {
        .down_revision = {"m0"}, .upgrade = [](operations& op) {
          const bool is_sqlite = op.dialect() == "sqlite";
          op.backfill("users", is_sqlite ? "oid = id + 1000, score = score + 1"
                                         : "U&\"\\0069d\" = id + 1000, score = score + 1")
              .batches_of(2);
        }};
    const auto before = where.value("SELECT sum(id) + sum(score) FROM users");
    CHECK(std::string(failure_of([&] {
                        upgrade(where, {&users, &moving});
                      }).what()) ==
          fmt::format("upgrade to m1 failed: the backfill of users sets {}, by which it walks",
                      where.url().starts_with("sqlite") ? "rowid" : "id"));
    CHECK(where.value("SELECT sum(id) + sum(score) FROM users") == before);
    CHECK(where.value("SELECT version_num FROM retort_version") == "m0");
  });
}

TEST_CASE("a backfill whose walk would not meet each row once is refused") {
  on_both([](const place& where) {
    static const migration moving = {
        .down_revision = {"m0"}, .upgrade = [](operations& op) {
          op.backfill("users", "score = 1, \"id\" = id + 1000").batches_of(2).by({"id"});
        }};
    CHECK(refusal(where, moving) == "the backfill of users sets id, by which it walks");
    static const migration pair = {
        .down_revision = {"m0"}, .upgrade = [](operations& op) {
          op.backfill("users", "(score, ID) = (1, id + 1000)").by({"id"});
        }};
    CHECK(refusal(where, pair) == "the backfill of users sets id, by which it walks");
    static const migration fine = {
        .down_revision = {"m0"}, .upgrade = [](operations& op) {
          op.backfill("users", "score = (SELECT max(id) FROM users), name = 'id'").batches_of(2);
        }};
    upgrade(where, {&users, &fine});
    CHECK(where.value("SELECT count(*) FROM users WHERE name = 'id'") == "3");
    if (where.url().starts_with("sqlite")) {
      where.execute("CREATE TABLE blobs (k BLOB NOT NULL UNIQUE, n INTEGER DEFAULT 0)");
      where.execute("INSERT INTO blobs (k) VALUES (x'00'), ('a'), (12)");
    } else {
      where.execute(
          "CREATE TABLE blobs (k integer, v text, n integer DEFAULT 0, "
          "PRIMARY KEY (k) INCLUDE (v))");
      where.execute("INSERT INTO blobs (k) VALUES (1), (2), (3)");
    }
    static const migration blobs = {.down_revision = {"m1"}, .upgrade = [](operations& op) {
                                      const auto walk =
                                          op.backfill("blobs", "n = n + 1").batches_of(1);
                                      if (op.dialect() == "sqlite") walk.by({"k"});
                                    }};
    if (where.url().starts_with("sqlite")) {
      CHECK(std::string(failure_of([&] {
                          upgrade(where, {&users, &fine, &blobs});
                        }).what()) ==
            "upgrade to m2 failed: a row of table blobs has NULL, a blob or a value without a type "
            "in the key that the backfill walks by");
      CHECK(where.value("SELECT sum(n) FROM blobs") == "0");
    } else {
      where.execute("CREATE RULE quiet AS ON UPDATE TO blobs WHERE OLD.k = 2 DO INSTEAD NOTHING");
      CHECK(std::string(failure_of([&] {
                          upgrade(where, {&users, &fine, &blobs});
                        }).what()) ==
            "upgrade to m2 failed: the backfill of blobs would leave rows as they are: its rule "
            "quiet does something else in place of an UPDATE");
      where.execute("ALTER TABLE blobs DISABLE RULE quiet");
      upgrade(where, {&users, &fine, &blobs});
      CHECK(where.value("SELECT sum(n) FROM blobs") == "3");
    }
  });
}

TEST_CASE("what a stopped migration has done may not be another one afterwards") {
  on_both([](const place& where) {
    static const migration two = {
        .down_revision = {"m0"}, .upgrade = [](operations& op) {
          op.backfill("users", "score = coalesce(score, 0) + 1").batches_of(1);
          op.backfill("users", "name = (SELECT gone FROM elsewhere)").batches_of(1);
        }};
    static const migration more = {
        .down_revision = {"m0"}, .upgrade = [](operations& op) {
          op.backfill("users", "active = NULL");
          op.backfill("users", "score = coalesce(score, 0) + 1").batches_of(1);
        }};
    static const migration otherwise = {
        .down_revision = {"m0"}, .upgrade = [](operations& op) {
          op.backfill("users", "score = coalesce(score, 0) + 1").batches_of(1).by({"id"});
        }};
    static const migration rest = {
        .down_revision = {"m0"}, .upgrade = [](operations& op) {
          op.backfill("users", "score = coalesce(score, 0) + 1").batches_of(1);
          op.backfill("users", "name = 'x'").batches_of(1);
        }};
    upgrade(where, {&users});
    where.execute("UPDATE users SET score = 0");
    CHECK_THROWS_AS(upgrade(where, {&users, &two}), error);
    CHECK(where.value("SELECT part FROM retort_unfinished") == "1");
    for (const auto* changed : {&more, &otherwise}) {
      CHECK(std::string(failure_of([&] {
                          upgrade(where, {&users, changed});
                        }).what()) ==
            "upgrade to m1 failed: what it had done when it was stopped is not what it says now");
    }
    // What has not run may change.
    upgrade(where, {&users, &rest});
    CHECK(where.value("SELECT count(*) FROM users WHERE score = 1 AND name = 'x'") == "3");
  });
}

TEST_CASE("a stopped migration that has fewer parts now is not taken for done") {
  on_both([](const place& where) {
    upgrade(where, {&users});
    static const migration three = {
        .down_revision = {"m0"}, .upgrade = [](operations& op) {
          op.backfill("users", "score = coalesce(score, 0) + 1").batches_of(1);
          op.backfill("users", "name = 'y'").batches_of(1);
          op.execute("SELECT nothing FROM nowhere");
        }};
    static const migration fewer = {
        .down_revision = {"m0"}, .upgrade = [](operations& op) {
          op.backfill("users", "score = coalesce(score, 0) + 1").batches_of(1);
        }};
    CHECK_THROWS_AS(upgrade(where, {&users, &three}), error);
    CHECK(where.value("SELECT part FROM retort_unfinished") == "2");
    CHECK(std::string(failure_of([&] {
                        upgrade(where, {&users, &fewer});
                      }).what()) ==
          "upgrade to m1 failed: what it had done when it was stopped is not what it says now");
    CHECK(where.value("SELECT version_num FROM retort_version") == "m0");
  });
}

TEST_CASE("numbers are not rounded") {
  on_both([](const place& where) {
    static const migration read = {.upgrade = [](operations& op) {
      op.run([](connection& db) {
        const auto row = db.query(
            "SELECT 9223372036854775807 AS big, 16777217 AS odd, 0.1 AS tenth, "
            "9007199254740992 AS even")[0];
        CHECK_THROWS_AS(row.get<double>("big"), error);
        CHECK(row.get<double>("odd") == 16777217);
        CHECK_THROWS_AS(row.get<float>("odd"), error);
        CHECK(row.get<float>("tenth") == 0.1F);
        CHECK(row.get<double>("even") == 9007199254740992.0);
        const auto huge = db.query("SELECT 1e300 AS huge")[0];
        CHECK(huge.get<double>("huge") == 1e300);
        CHECK_THROWS_AS(huge.get<float>("huge"), error);
      });
    }};
    upgrade(where, {&read});
  });
}

}  // namespace
}  // namespace retort::conformance
