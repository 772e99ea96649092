# What stories are told with. Sourced by ./migrations-examples/run, from the top of the project.

say() { printf '\n\033[1m%s\033[0m\n' "$*" | { [ -t 1 ] && cat || sed 's/\x1b\[[0-9;]*m//g'; }; }
now() { date +%s%3N; }

prepare_build() {
  ./.ci/install
  say "Building (the first time takes some minutes)"
  cmake --preset release >/dev/null
  cmake --build --preset release --target zdm zdmc zdm_traffic | tail -n 1
  PATH="$PWD/.build/release/runtime:$PWD/.build/release/compiler:$PWD/.build/release/migrations-examples:$PATH"
}

# Sets $work, $owner_url (zdm's), $app_url (the applications'), $watch_url (who may see everybody's waits).
start_server() {
  server=$1
  case "$server" in postgresql | mariadb) ;; *)
    echo "stories run on postgresql and on mariadb" >&2; exit 2 ;;
  esac
  work=$(mktemp -d)
  chmod 755 "$work"
  say "Starting a private server"
  scratch_url=$(zdm scratch start "$work/server" --server "$server")
  "make_roles_$server"
  owner_url=$(url_for shop_owner shop)
  app_url=$(url_for shop_app shop)
  export ZDM_DATABASE_URL=$owner_url
  : >"$work/marks"
}

make_roles_postgresql() {
  psql -qX "$(url_for postgres postgres)" -v ON_ERROR_STOP=1 \
    -c 'create role shop_owner login' -c 'create role shop_app login' \
    -c 'create database shop owner shop_owner'
  watch_url=$(url_for shop_owner shop)
}

make_roles_mariadb() {
  socket=$(sed 's/.*socket=//; s/%2F/\//g' <<<"$scratch_url")
  mariadb_as root mysql -e "create database shop; create user shop_owner@localhost; create user shop_app@localhost;
    grant all privileges on shop.* to shop_owner@localhost; grant all privileges on zdm.* to shop_owner@localhost;
    grant all privileges on \`zdm\\_trash\`.* to shop_owner@localhost;
    grant select, insert, update, delete on shop.* to shop_app@localhost"
  watch_url=$(url_for root mysql)
}

mariadb_as() { mariadb --no-defaults --socket="$socket" --user="$1" -BN "${@:3}" "$2"; }

# The private server's URL (postgresql://ROLE@/DATABASE?host=SOCKET...) with ROLE and DATABASE.
url_for() { sed -E "s#^([a-z]+)://[^@]*@([a-z]*)/[^?]*#\1://$1@\2/$2#" <<<"$scratch_url"; }

# sql TEXT, sql_file FILE: as the owner. may_work: the applications get at the tables. catalog: as the server's
# own dump program shows it.
sql() {
  case "$server" in
    postgresql) psql -qAtX "$owner_url" -v ON_ERROR_STOP=1 -c "$1" ;;
    mariadb) mariadb_as shop_owner shop -e "$1" ;;
  esac
}
sql_file() {
  case "$server" in
    postgresql) psql -qAtX "$owner_url" -v ON_ERROR_STOP=1 -f "$1" ;;
    mariadb) mariadb_as shop_owner shop <"$1" ;;
  esac
}
may_work() {
  case "$server" in
    postgresql) sql 'grant select, insert, update, delete on all tables in schema public to shop_app' ;;
    mariadb) ;;
  esac
}
catalog() {
  case "$server" in
    postgresql) pg_dump -s -d "$owner_url" -n public | grep -v '^.\(un\)\?restrict' ;;
    mariadb) mariadb-dump --no-defaults --socket="$socket" --user=shop_owner --no-data --skip-comments shop |
      sed -E 's/ AUTO_INCREMENT=[0-9]+//; s/,$//' | keys_sorted ;;
  esac
}

finish() {
  local status=$?
  stop_application old; stop_application new; stop_application watch
  if [ -n "$keep" ]; then
    echo "kept: $work; stop the server with: zdm scratch stop $work/server"
  else
    zdm scratch stop "$work/server" >/dev/null 2>&1 || true
    rm -rf "$work"
  fi
  exit "$status"
}

# The order of keys says nothing.
keys_sorted() {
  awk '/^  ([A-Z]+ )?KEY |^  CONSTRAINT / { keys[++n] = $0; next }
       /^\) / { for (i = 2; i <= n; i++) { key = keys[i]
                  for (j = i - 1; j > 0 && keys[j] > key; j--) keys[j + 1] = keys[j]
                  keys[j + 1] = key }
                for (i = 1; i <= n; i++) print keys[i]
                n = 0 }
       { print }'
}

# start_application NAME FILE: six clients, half of them with prepared statements.
start_application() {
  zdm_traffic --db "$app_url" --statements "$2" --out "$work/seen.$1" --clients 6 \
    --seed "$RANDOM" 2>>"$work/errors.$1" &
  echo $! >"$work/pid.$1"
}
start_watch() {
  zdm_traffic --db "$watch_url" --watch --out "$work/seen.watch" 2>>"$work/errors.watch" &
  echo $! >"$work/pid.watch"
}
stop_application() {
  [ -f "$work/pid.$1" ] || return 0
  kill "$(cat "$work/pid.$1")" 2>/dev/null || true
  wait "$(cat "$work/pid.$1")" 2>/dev/null || true
  rm -f "$work/pid.$1"
}

# Runs a command of zdm and notes from when to when.
with_us() {
  printf '\n$ %s\n' "$*"
  local from; from=$(now)
  "$@"
  echo "$from $(now)" >>"$work/marks"
}

seconds() { awk -v ms="$1" 'BEGIN { printf "%.1f s", ms / 1000 }'; }

# Adds up what the clients saw, apart for the times with a command of zdm running and without.
report() {
  awk -v marks="$work/marks" '
    BEGIN { while ((getline line < marks) > 0) { split(line, f, " "); from[++n] = f[1]; to[n] = f[2] } }
    { inside = 0
      for (i = 1; i <= n; i++) if ($1 + 100 >= from[i] && $1 <= to[i]) inside = 1
      statements += $2; failed += $3
      if (inside) { if ($4 > slow_with) slow_with = $4 } else if ($4 > slow_without) slow_without = $4
      if ($5 > wait) wait = $5 }
    END {
      printf "  %-44s %12d\n", "statements run by the applications", statements
      printf "  %-44s %12d\n", "of these failed", failed
      printf "  %-44s %9.0f ms\n", "longest wait behind us", wait
      printf "  %-44s %9.0f ms\n", "slowest statement while zdm ran", slow_with
      printf "  %-44s %9.0f ms\n", "slowest statement while it did not", slow_without
      exit failed > 0 }' "$work"/seen.*
}
