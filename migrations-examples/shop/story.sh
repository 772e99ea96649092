# The story of README.md beside this file.
here=migrations-examples/shop
[ "$server" = postgresql ] || here=$here/$server

say "The old application's shop: 200,000 customers, 1,000,000 orders"
zdmc compile $here/before -o "$work/before.plan"
zdm run "$work/before.plan" --until contract
sql_file $here/rows.sql >/dev/null
may_work
catalog >"$work/catalog.before"

say "The old application works; for 15 seconds we only watch"
start_watch
start_application old $here/old.sql
sleep 15

say "Compiling what the new application wants"
with_us zdmc compile $here/after -o "$work/shop.plan"
zdmc explain "$work/shop.plan"

say "Expand: the new columns appear beside the old"
with_us zdm run "$work/shop.plan" --until expand
say "Both applications work from here on"
start_application new $here/new.sql
say "Migrate: old rows are filled while both write"
migrate_from=$(now)
with_us zdm run
migrate_to=$(now)
with_us zdm verify
sleep 5

# rolled_back WHAT: the catalog must be the old one; counts what the new application had written.
rolled_back() {
  catalog >"$work/catalog.now"
  diff "$work/catalog.before" "$work/catalog.now" >&2 || {
    echo "the catalog is not what it was before" >&2; return 1; }
  brought_back+=("$(printf '  %-44s %12d' "$1: new customers" \
    "$(sql "select count(name) from customer where email like '%@new.example.com'")")")
  brought_back+=("$(printf '  %-44s %12d' "$1: orders to a new street" \
    "$(sql "select count(*) from orders where delivery like '%New Street%'")")")
}
brought_back=()

say "Second thoughts: the new application goes, and all is rolled back"
stop_application new
with_us zdm rollback
rolled_back "rollback after migrate"

say "On again, as if nothing had been"
with_us zdm run "$work/shop.plan" --until expand
start_application new $here/new.sql
with_us zdm run --until migrate
say "The old application is retired; contract"
stop_application old
with_us zdm run --until contract
sleep 5

say "Trouble in the new application! Rolled back after contract, the old one returns"
stop_application new
with_us zdm rollback
rolled_back "rollback after contract"
start_application old $here/old.sql
sleep 5

say "Mended; forward for good"
with_us zdm run "$work/shop.plan" --until expand
start_application new $here/new.sql
with_us zdm run --until migrate
stop_application old
with_us zdm run --until contract
sleep 5
with_us zdm purge
stop_application new
stop_application watch

say "The database is what the files say"
zdmc compile $here/after -o "$work/again.plan" --detailed-exitcode

rows=$(sql 'select (select count(*) from customer) + (select count(*) from orders)')
say "What happened"
failures=0
report || failures=1
printf '  %-44s %12d\n' "rows in the two tables" "$rows"
printf '  %-44s %10d/s\n' "rows filled, under load" \
  "$((rows * 1000 / (migrate_to - migrate_from)))"
printf '%s\n' "${brought_back[@]}"
printf '  %-44s %12s\n' "time in all" "$(seconds "$(($(tail -n 1 "$work/marks" | cut -d' ' -f2) - $(head -n 1 "$work/marks" | cut -d' ' -f1)))")"
if [ "$failures" -ne 0 ]; then
  sort "$work"/errors.* | uniq -c >&2
  exit 1
fi
