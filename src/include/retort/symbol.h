#pragma once

// The names of what authors define: constants of external linkage that the build's generated
// registry names, so that there is no static initialiser for a linker to drop. They carry the
// migration set's name, as a program may hold several sets.

// retort_add_migrations() defines the set's name; a file compiled by itself (in an editor) has
// none.
#ifndef RETORT_MIGRATION_SET
#define RETORT_MIGRATION_SET unnamed
#endif

#define RETORT_DETAIL_PASTE4(a, b, c, d) a##b##c##d
#define RETORT_DETAIL_SYMBOL(prefix, set, id) RETORT_DETAIL_PASTE4(prefix, set, _, id)
