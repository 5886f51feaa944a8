#include "postgres/libpq_on_demand.h"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <string>

// Takes the place of -lpq. Each function of libpq is here a jump through a variable, its slot,
// which leads to the loader first and to libpq from then on. Written in assembler, because a jump
// needs no signature and passes on whatever it is given.
//
// The symbols are hidden, so that libpq, and any other library that links it, finds libpq's own.
// Link time optimisation does not see them; this file is compiled without.

using function = void (*)();

extern "C" {

[[gnu::visibility("hidden")]] void retort_libpq_first_call();

#define RETORT_LIBPQ(name)                                                     \
  [[gnu::used, gnu::visibility("hidden")]] function retort_libpq_slot_##name = \
      retort_libpq_first_call;
#include "postgres/libpq_functions.def"
#undef RETORT_LIBPQ
}

// A trampoline leaves the address of its slot in a register that calls may clobber. The first call
// saves the registers of arguments (libpq has none of floating point), gives that address to
// retort_libpq_resolve, and goes on with the function that it returns. endbr64 and hint 34 (`bti
// c`) are where processors that check indirect calls let them arrive.
asm(R"(
.pushsection .text
.macro retort_function name
  .p2align 4
  .globl \name
  .hidden \name
  .type \name, %function
\name:
.endm
)"
#if defined(__x86_64__) && defined(__LP64__)
    R"(
.macro retort_trampoline name
  retort_function \name
  endbr64
  leaq retort_libpq_slot_\name(%rip), %r11
  jmpq *(%r11)
  .size \name, . - \name
.endm

  retort_function retort_libpq_first_call
  endbr64
  pushq %rdi
  pushq %rsi
  pushq %rdx
  pushq %rcx
  pushq %r8
  pushq %r9
  pushq %rax
  movq %r11, %rdi
  callq retort_libpq_resolve
  movq %rax, %r11
  popq %rax
  popq %r9
  popq %r8
  popq %rcx
  popq %rdx
  popq %rsi
  popq %rdi
  jmpq *%r11
)"
#elif defined(__aarch64__) && defined(__LP64__)
    R"(
.macro retort_trampoline name
  retort_function \name
  hint 34
  adrp x17, retort_libpq_slot_\name
  add x17, x17, :lo12:retort_libpq_slot_\name
  ldr x16, [x17]
  br x16
  .size \name, . - \name
.endm

  retort_function retort_libpq_first_call
  hint 34
  stp x29, x30, [sp, -80]!
  mov x29, sp
  stp x0, x1, [sp, 16]
  stp x2, x3, [sp, 32]
  stp x4, x5, [sp, 48]
  stp x6, x7, [sp, 64]
  mov x0, x17
  bl retort_libpq_resolve
  mov x16, x0
  ldp x6, x7, [sp, 64]
  ldp x4, x5, [sp, 48]
  ldp x2, x3, [sp, 32]
  ldp x0, x1, [sp, 16]
  ldp x29, x30, [sp], 80
  br x16
)"
#else
#error \
    "libpq on demand is not written for this processor: configure with RETORT_LIBPQ_ON_DEMAND=OFF"
#endif
    "  .size retort_libpq_first_call, . - retort_libpq_first_call\n"
#define RETORT_LIBPQ(name) "  retort_trampoline " #name "\n"
#include "postgres/libpq_functions.def"
#undef RETORT_LIBPQ
    ".popsection\n");

namespace {

constexpr const char* library_name = "libpq.so.5";

struct entry {
  const char* name;
  function* slot;
};
constexpr entry entries[] = {
#define RETORT_LIBPQ(name) {#name, &retort_libpq_slot_##name},
#include "postgres/libpq_functions.def"
#undef RETORT_LIBPQ
};

/// Gives back why it failed, or nothing. Versions of libpq differ in what they have: the slot of a
/// function that this one lacks stays as it is.
std::string load() {
  void* const library = dlopen(library_name, RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) return dlerror();
  for (const auto& [name, slot] : entries) {
    if (void* const found = dlsym(library, name)) *slot = reinterpret_cast<function>(found);
  }
  return {};
}

[[noreturn]] void give_up(const char* what, const char* detail) {
  std::fprintf(stderr, "error: PostgreSQL's client library %s %s %s\n", library_name, what, detail);
  std::abort();
}

}  // namespace

namespace retort::postgres {

const char* load_libpq() {
  static const std::string reason = load();
  return reason.empty() ? nullptr : reason.c_str();
}

}  // namespace retort::postgres

/// The function behind a slot. Retort loads libpq before it calls it, but other code in the program
/// need not know that it has to.
extern "C" [[gnu::used, gnu::visibility("hidden")]] function retort_libpq_resolve(function* slot) {
  if (const char* reason = retort::postgres::load_libpq()) give_up("cannot be loaded:", reason);
  if (*slot == retort_libpq_first_call) {
    for (const auto& entry : entries) {
      if (entry.slot == slot) give_up("is too old: it has no function", entry.name);
    }
  }
  return *slot;
}
