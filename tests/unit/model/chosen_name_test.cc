#include "model/chosen_name.h"

#include <doctest/doctest.h>

namespace retort::model {
namespace {

TEST_CASE("a name is cut to 63 bytes, the longer part first, never inside a character") {
  CHECK(chosen_name("t", "", "pkey") == "t_pkey");
  CHECK(chosen_name("t", "c", "key") == "t_c_key");
  CHECK(chosen_name(std::string(70, 't'), "", "pkey") == std::string(58, 't') + "_pkey");
  CHECK(chosen_name(std::string(50, 't'), std::string(20, 'c'), "fkey") ==
        std::string(37, 't') + "_" + std::string(20, 'c') + "_fkey");
  CHECK(chosen_name(std::string(50, 't'), std::string(50, 'c'), "key") ==
        std::string(29, 't') + "_" + std::string(29, 'c') + "_key");
  // 57 bytes of room end inside the second byte of an ë.
  std::string wide = "t";
  for (int i = 0; i < 40; ++i) wide += "ë";
  CHECK(chosen_name(wide, "", "check").size() == 63);
  CHECK(chosen_name("t" + wide, "", "check").size() == 62);
}

TEST_CASE("the sequence of an identity column keeps its name, which is told where it is another") {
  column id{.name = "id"};
  id.identity = identity{true, "CACHE 5"};
  const qualified_name before{"S", "t"};
  const qualified_name after{"S", "u"};
  const auto sequence = sequence_of(before, id);
  CHECK(sequence == identity_sequence{"t_id_seq", "CACHE 5"});
  set_sequence(after, sequence, id);
  CHECK(id.identity->options == "SEQUENCE NAME \"S\".t_id_seq CACHE 5");
  CHECK(sequence_of(after, id) == sequence);
  set_sequence(before, sequence, id);
  CHECK(id.identity->options == "CACHE 5");
  set_sequence({"", "t"}, {"\"a b\"", ""}, id);
  CHECK(id.identity->options == "SEQUENCE NAME \"a b\"");
  CHECK(sequence_of({"", "t"}, id) == identity_sequence{"\"a b\"", ""});
}

}  // namespace
}  // namespace retort::model
