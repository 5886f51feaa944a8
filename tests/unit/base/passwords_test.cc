#include "base/passwords.h"

#include <doctest/doctest.h>

using namespace retort::base;

TEST_CASE("a password is not shown in any text") {
  CHECK(text_without_passwords("ALTER ROLE a PASSWORD 'x''y' NOLOGIN") ==
        "ALTER ROLE a PASSWORD '***' NOLOGIN");
  CHECK(text_without_passwords("password E'x' PASSWORD U&'y' Password $$z$$ password $a$w$$w$a$") ==
        "password E'***' PASSWORD U&'***' Password $$***$$ password $a$***$a$");
  CHECK(text_without_passwords("EXECUTE 'ALTER ROLE a PASSWORD ''x''''y'' NOLOGIN'") ==
        "EXECUTE 'ALTER ROLE a PASSWORD ''***'' NOLOGIN'");
  CHECK(text_without_passwords("host=h password=x user=u sslpassword=y") ==
        "host=h password=*** user=u sslpassword=***");
  CHECK(text_without_passwords("'host=h password=x'") == "'host=h password=***'");
  CHECK(text_without_passwords("a://u:p@ss@h/d?password=x&y=z") ==
        "a://u:***@h/d?password=***&y=z");
  CHECK(text_without_passwords("host=h password=x;y)z&a u=b") == "host=h password=*** u=b");
  CHECK(text_without_passwords("PASSWORD E'x\\'y' PASSWORD\r\n'z' a") ==
        "PASSWORD E'***' PASSWORD\r\n'***' a");
  CHECK(text_without_passwords("OPTIONS (\"password\" 'x') PASSWORD /* a */ 'y'") ==
        "OPTIONS (\"password\" '***') PASSWORD /* a */ '***'");
  CHECK(text_without_passwords("PASSWORD 'x") == "PASSWORD '***");
  CHECK(text_without_passwords("PASSWORD $x") == "PASSWORD $x");
  for (const char* harmless :
       {"the password of 'a' has expired", "no password", "password x",
        "INSERT INTO u (password) VALUES ('x')", "", "SET password = '' WHERE name = 'a'",
        "SET password = $1, b = $2", "http://localhost:8080/x\nor mail root@host",
        "SET password = 'x'", "SET password='' WHERE a", "password="}) {
    CHECK(text_without_passwords(harmless) == harmless);
  }
}

TEST_CASE("a statement is kept without its passwords") {
  const auto kept = [](const char* sql) { return without_passwords(sql, sql_flavour::postgresql); };
  CHECK(kept("ALTER ROLE a PASSWORD /* c */ $$x$$") == "ALTER ROLE a PASSWORD /* c */ '***'");
  CHECK(kept("DO $$BEGIN EXECUTE 'ALTER ROLE a PASSWORD ''x'''; END$$") ==
        "DO $$BEGIN EXECUTE 'ALTER ROLE a PASSWORD ''***'''; END$$");
  CHECK(kept("SELECT dblink('host=h password=x')") == "SELECT dblink('host=h password=***')");
  CHECK(kept("SELECT dblink('postgresql://u:x@h')") == "SELECT dblink('postgresql://u:***@h')");
  CHECK(kept("OPTIONS (\"password\" 'x')") == "OPTIONS (\"password\" '***')");
  // What a column of the name holds is data.
  for (const char* data : {"UPDATE t SET password = 'x'", "SELECT 'a://b'", "SELECT password",
                           "CREATE FUNCTION f() AS $$UPDATE t SET password = 'x'$$"}) {
    CHECK(kept(data) == data);
  }
}
