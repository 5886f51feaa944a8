/* Sends messages to a PostgreSQL server, one after the other, and does nothing with the answers but see
   that none is an error. In the file each message ends with a NUL.

     send_messages CONNECTION-STRING FILE */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char* read_all(const char* path, size_t* size) {
  FILE* file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0) {
    perror(path);
    exit(1);
  }
  *size = (size_t)ftell(file);
  rewind(file);
  char* text = malloc(*size + 1);
  if (!text || fread(text, 1, *size, file) != *size) exit(1);
  text[*size] = 0;
  fclose(file);
  return text;
}

static void ignore_notice(void* unused, const char* notice) { (void)unused, (void)notice; }

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  size_t size;
  const char* text = read_all(argv[2], &size);
  PGconn* server = PQconnectdb(argv[1]);
  PQsetNoticeProcessor(server, ignore_notice, NULL);
  for (const char* message = text; message < text + size; message += strlen(message) + 1) {
    PGresult* answer = PQexec(server, message);
    const ExecStatusType status = PQresultStatus(answer);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
      fprintf(stderr, "%s%s\n", PQerrorMessage(server), message);
      return 1;
    }
    PQclear(answer);
  }
  PQfinish(server);
  return 0;
}
