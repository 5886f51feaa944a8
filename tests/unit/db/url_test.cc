#include "db/url.h"

#include <doctest/doctest.h>
#include <retort/error.h>

#include <vector>

#include "base/diagnostics.h"

namespace {

using retort::db::parse_url;

TEST_CASE("sqlite addresses") {
  struct {
    const char* text;
    const char* path;
    const char* display;
  } const cases[] = {
      {"sqlite:///relative.db", "relative.db", "sqlite:///relative.db"},
      {"sqlite:////absolute.db", "/absolute.db", "sqlite:////absolute.db"},
      {"sqlite:///a/b%20c%3F.db", "a/b c?.db", "sqlite:///a/b c%3F.db"},
      {"sqlite://", "", "sqlite://"},
      {"sqlite:///", "", "sqlite://"},
      {"sqlite:///:memory:", "", "sqlite://"},
      {"sqlite+pysqlite:///x.db", "x.db", "sqlite:///x.db"},
      {"sqlite3:///x.db", "x.db", "sqlite:///x.db"},
      {"SQLite:///x.db", "x.db", "sqlite:///x.db"},
      {"  sqlite:///x.db\n", "x.db", "sqlite:///x.db"},
      {"sqlite:///x.db?check_same_thread=false", "x.db", "sqlite:///x.db"},
      {"sqlite:///C:/data/x.db", "C:/data/x.db", "sqlite:///C:/data/x.db"},
      {"sqlite:///a%20b%20%20", "a b  ", "sqlite:///a b%20%20"},
      {"sqlite:///r%C3%A9sum%C3%A9.db", "r\u00e9sum\u00e9.db", "sqlite:///r\u00e9sum\u00e9.db"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    auto url = parse_url(c.text);
    CHECK(url.dialect == "sqlite");
    CHECK(url.database == c.path);
    CHECK(url.options.empty());
    CHECK(url.display() == c.display);
    CHECK(parse_url(url.display()).database == c.path);
  }
}

TEST_CASE("postgresql addresses") {
  struct {
    const char* text;
    const char* conninfo;
    const char* display;
  } const cases[] = {
      {"postgresql://", "", "postgresql://"},
      {"postgresql:///shop", "dbname='shop'", "postgresql:///shop"},
      {"postgres://localhost", "host='localhost'", "postgresql://localhost"},
      {"postgresql+psycopg2://ann:s3cret@db.example:5433/shop",
       "host='db.example' port='5433' user='ann' password='s3cret' dbname='shop'",
       "postgresql://ann:***@db.example:5433/shop"},
      {"postgresql://ann@db/shop?sslmode=require&connect_timeout=3",
       "host='db' user='ann' dbname='shop' sslmode='require' connect_timeout='3'",
       "postgresql://ann@db/shop?sslmode=require&connect_timeout=3"},
      {"postgresql:///shop?host=/var/run/pg&user=u&port=5433",
       "host='/var/run/pg' port='5433' user='u' dbname='shop'",
       "postgresql://u@/shop?host=/var/run/pg&port=5433"},
      {"postgresql://%2Fvar%2Frun%2Fpg/shop", "host='/var/run/pg' dbname='shop'",
       "postgresql:///shop?host=/var/run/pg"},
      {"postgresql:///?dbname=shop&password=hush&user=u", "user='u' password='hush' dbname='shop'",
       "postgresql://u:***@/shop"},
      {"postgresql://h/d?sslpassword=hush", "host='h' dbname='d' sslpassword='hush'",
       "postgresql://h/d?sslpassword=***"},
      {"postgresql://h/d?ssl=true", "host='h' dbname='d' sslmode='require'",
       "postgresql://h/d?sslmode=require"},
      {"postgresql://[::1]:5432/d", "host='::1' port='5432' dbname='d'",
       "postgresql://[::1]:5432/d"},
      {"postgresql://[fe80::1%25eth0]/d", "host='fe80::1%eth0' dbname='d'",
       "postgresql://[fe80::1%25eth0]/d"},
      {"postgresql://a:1,b,[::2]:3/d", "host='a,b,::2' port='1,,3' dbname='d'",
       "postgresql://a:1,b,[::2]:3/d"},
      {"postgresql://a,b/d", "host='a,b' dbname='d'", "postgresql://a,b/d"},
      {"postgresql://u:p%40ss%2Fw%25@h/d", "host='h' user='u' password='p@ss/w%' dbname='d'",
       "postgresql://u:***@h/d"},
      // An @ in the password that was not encoded.
      {"postgresql://u:p@ss@h/d", "host='h' user='u' password='p@ss' dbname='d'",
       "postgresql://u:***@h/d"},
      {"postgresql://u:it's%5C@h/a%20b", "host='h' user='u' password='it\\'s\\\\' dbname='a b'",
       "postgresql://u:***@h/a%20b"},
      {"postgresql://:hush@h", "host='h' password='hush'", "postgresql://:***@h"},
      {"postgresql://u:@h", "host='h' user='u'", "postgresql://u@h"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    auto url = parse_url(c.text);
    CHECK(url.dialect == "postgresql");
    CHECK(url.conninfo() == c.conninfo);
    CHECK(url.display() == c.display);
  }
}

TEST_CASE("what is displayed is read back as the same address") {
  for (const char* text :
       {"postgresql://u@/shop?host=/var/run/pg&port=5433", "postgresql://a:1,b,[::2]:3/d",
        "postgresql://h/a%20b?options=-c%20x%3D1", "postgresql://[fe80::1%25eth0]/d"}) {
    auto url = parse_url(text);
    CHECK(parse_url(url.display()).conninfo() == url.conninfo());
  }
}

TEST_CASE("another database of the same server") {
  auto url = parse_url("postgresql://u:p@h/one?sslmode=require");
  CHECK(url.with_database("two").conninfo() ==
        "host='h' user='u' password='p' dbname='two' sslmode='require'");
  CHECK(parse_url("postgresql:///?dbname=one").with_database("two").conninfo() == "dbname='two'");
}

TEST_CASE("malformed addresses are told without repeating any part that may be a password") {
  struct {
    const char* text;
    const char* message;
  } const cases[] = {
      {"",
       "FAILED: the database URL is empty\n"
       "  help: a URL looks like sqlite:///app.db or "
       "postgresql://user:password@host:5432/dbname\n"},
      {"app.db",
       "FAILED: the database URL has no '://' behind the database system's name\n"
       "  help: a URL looks like sqlite:///app.db or "
       "postgresql://user:password@host:5432/dbname\n"},
      {"user=u password=hush",
       "FAILED: the database URL has no '://' behind the database system's name\n"
       "  help: a URL looks like sqlite:///app.db or "
       "postgresql://user:password@host:5432/dbname\n"},
      {"mysql://u:hush@h/d",
       "FAILED: the database URL begins with 'mysql://', which is no database system that Retort "
       "knows (sqlite, postgresql)\n"
       "  help: a URL looks like sqlite:///app.db or "
       "postgresql://user:password@host:5432/dbname\n"},
      {"postgersql+asyncpg://u:hush@h/d",
       "FAILED: the database URL begins with 'postgersql+asyncpg://', which is no database system "
       "that Retort knows (sqlite, postgresql)\n"
       "  help: did you mean 'postgresql'? a URL looks like sqlite:///app.db or "
       "postgresql://user:password@host:5432/dbname\n"},
      {"hush@://h",
       "FAILED: the database URL does not begin with a database system's name\n"
       "  help: a URL looks like sqlite:///app.db or "
       "postgresql://user:password@host:5432/dbname\n"},
      {"sqlite://relative.db",
       "FAILED: a sqlite URL has no host part, but something stands between the slashes\n"
       "  help: write sqlite:///relative.db with three slashes, sqlite:////absolute.db with "
       "four\n"},
      {"sqlite:///x.db?mode=ro",
       "FAILED: a sqlite URL takes no options after '?'\n"
       "  help: a '?' in a file's name is written %3F\n"},
      {"sqlite:///x%00.db",
       "FAILED: the database URL has a NUL character\n"
       "  help: a URL looks like sqlite:///app.db or "
       "postgresql://user:password@host:5432/dbname\n"},
      {"postgresql://u:hu%sh@h/d",
       "FAILED: the database URL has a '%' that two hexadecimal digits do not follow\n"
       "  help: write a % that stands for itself as %25\n"},
      {"postgresql://u:hush%2@h/d",
       "FAILED: the database URL has a '%' that two hexadecimal digits do not follow\n"
       "  help: write a % that stands for itself as %25\n"},
      {"postgresql://u:hu/sh@h/d",
       "FAILED: the database URL has an '@' behind its host part\n"
       "  help: a / or ? in a password is percent-encoded: %2F, %3F; an @ elsewhere: %40\n"},
      {"postgresql://u:hu?sh@h/d",
       "FAILED: the database URL has an '@' behind its host part\n"
       "  help: a / or ? in a password is percent-encoded: %2F, %3F; an @ elsewhere: %40\n"},
      {"postgresql://u:hush/d",
       "FAILED: the port in the database URL is not a number from 1 to 65535\n"
       "  help: characters such as : / @ ? in a password are percent-encoded (%3A %2F %40 %3F), "
       "and an IPv6 host stands in [brackets]\n"},
      {"postgresql://h:65536/d",
       "FAILED: the port in the database URL is not a number from 1 to 65535\n"
       "  help: characters such as : / @ ? in a password are percent-encoded (%3A %2F %40 %3F), "
       "and an IPv6 host stands in [brackets]\n"},
      {"postgresql://[::1/d",
       "FAILED: the database URL has an IPv6 host without its closing ']'\n"
       "  help: an IPv6 host looks like [::1] or [::1]:5432\n"},
      {"postgresql://h/d?sslmode",
       "FAILED: the database URL has an option after '?' that is not name=value\n"
       "  help: a '?' that belongs to a password or a file's name is written %3F\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    try {
      parse_url(c.text);
      FAIL_CHECK("no error");
    } catch (const retort::error& problem) {
      CHECK(retort::base::render(problem) == c.message);
      CHECK(problem.kind == retort::failure::usage);
      CHECK(retort::base::render(problem).find("hush") == std::string::npos);
    }
  }
}

TEST_CASE("spellings of dialects") {
  using retort::db::dialect_name;
  CHECK(dialect_name("postgres") == "postgresql");
  CHECK(dialect_name("PostgreSQL") == "postgresql");
  CHECK(dialect_name("sqlite3") == "sqlite");
  CHECK(dialect_name("sqlite") == "sqlite");
  CHECK(dialect_name("mysql") == "");
}

}  // namespace
