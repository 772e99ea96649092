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

# Sets $work, $owner_url (zdm's), $app_url (the applications').
start_server() {
  [ "$1" = postgresql ] || { echo "stories run on postgresql only, for now" >&2; exit 2; }
  work=$(mktemp -d)
  chmod 755 "$work"
  say "Starting a private server"
  scratch_url=$(zdm scratch start "$work/server" --server "$1")
  psql -qX "$(url_for postgres postgres)" -v ON_ERROR_STOP=1 \
    -c 'create role shop_owner login' -c 'create role shop_app login' \
    -c 'create database shop owner shop_owner'
  owner_url=$(url_for shop_owner shop)
  app_url=$(url_for shop_app shop)
  export ZDM_DATABASE_URL=$owner_url
  : >"$work/marks"
}

# The private server's URL (postgresql://ROLE@/DATABASE?host=SOCKET...) with ROLE and DATABASE.
url_for() { sed -E "s#^([a-z]+)://[^@]*@/[^?]*#\1://$1@/$2#" <<<"$scratch_url"; }

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

sql() { psql -qAtX "$owner_url" -v ON_ERROR_STOP=1 "$@"; }

# start_application NAME FILE: six clients, half of them with prepared statements.
start_application() {
  zdm_traffic --db "$app_url" --statements "$2" --out "$work/seen.$1" --clients 6 \
    --seed "$RANDOM" 2>>"$work/errors.$1" &
  echo $! >"$work/pid.$1"
}
start_watch() {
  zdm_traffic --db "$owner_url" --watch --out "$work/seen.watch" 2>>"$work/errors.watch" &
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
