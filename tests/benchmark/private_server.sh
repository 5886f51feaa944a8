# For the scripts here to read in: a private PostgreSQL server in a folder $work of its own, as an ordinary user
# or as root with a user `postgres`; both are gone when the script ends. Gives `as_user COMMAND`, too.
programs=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
work=$(mktemp -d)
as_user() { if [ "$(id -u)" = 0 ]; then su postgres -c "$1"; else sh -c "$1"; fi; }
[ "$(id -u)" != 0 ] || chown postgres "$work"
trap 'as_user "$programs/pg_ctl -D $work/data -m immediate stop >/dev/null" || true; rm -rf "$work"' EXIT
as_user "$programs/initdb -D $work/data -U bench -A trust >/dev/null"
as_user "$programs/pg_ctl -D $work/data -w -l $work/log -o \"-k $work -c listen_addresses='' -c fsync=off\" start >/dev/null"
chmod 755 "$work"
