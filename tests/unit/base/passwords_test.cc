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
  CHECK(text_without_passwords("PASSWORD 'x") == "PASSWORD '***");
  CHECK(text_without_passwords("PASSWORD $x") == "PASSWORD $x");
  for (const char* harmless : {"the password of 'a' has expired", "no password", "password x",
                               "INSERT INTO u (password) VALUES ('x')", ""}) {
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
  // What a column of the name holds is data.
  for (const char* data : {"UPDATE t SET password = 'x'", "SELECT 'a://b'", "SELECT password"}) {
    CHECK(kept(data) == data);
  }
}
