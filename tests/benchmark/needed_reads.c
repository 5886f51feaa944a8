/* What `current` cannot do without, and nothing else: the bytes of every *.sql file of a folder
   (left out where migrations are compiled in) and the rows of a SQLite database's version table.

     needed_reads DATABASE [FOLDER] */
#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void fail(const char* what) {
  perror(what);
  exit(1);
}

static size_t read_file(int folder, const char* name) {
  static char buffer[1 << 16];
  const int file = openat(folder, name, O_RDONLY);
  if (file < 0) fail(name);
  size_t total = 0;
  for (ssize_t got; (got = read(file, buffer, sizeof buffer)) != 0; total += (size_t)got) {
    if (got < 0) fail(name);
  }
  close(file);
  return total;
}

static size_t read_folder(const char* path) {
  DIR* folder = opendir(path);
  if (!folder) fail(path);
  size_t total = 0;
  for (struct dirent* entry; (entry = readdir(folder));) {
    const size_t length = strlen(entry->d_name);
    if (length < 4 || strcmp(entry->d_name + length - 4, ".sql") != 0) continue;
    total += read_file(dirfd(folder), entry->d_name);
  }
  closedir(folder);
  return total;
}

static int print_row(void* unused, int columns, char** values, char** names) {
  (void)unused, (void)columns, (void)names;
  return puts(values[0]) < 0;
}

int main(int argc, char** argv) {
  sqlite3* database;
  if (argc < 2) return 2;
  if (argc > 2) printf("%zu bytes\n", read_folder(argv[2]));
  if (sqlite3_open_v2(argv[1], &database, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
      sqlite3_exec(database, "SELECT version_num FROM retort_version", print_row, NULL, NULL) !=
          SQLITE_OK) {
    fprintf(stderr, "%s\n", sqlite3_errmsg(database));
    return 1;
  }
  return sqlite3_close(database) != SQLITE_OK;
}
