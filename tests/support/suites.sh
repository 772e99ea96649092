# Sourced by tests/run: runs suites, counts what they say, leaves nothing behind.

passed=0 failed=0 skipped=0
notes=()
ran=()

begin() {
  started=$SECONDS
  export ZDM_TEST_TMP
  ZDM_TEST_TMP=$(mktemp -d /tmp/zdm-XXXXXX)
  chmod 755 "$ZDM_TEST_TMP"
  logs=.build/logs
  mkdir -p "$logs"
  if [ -n "$all" ]; then export ZDM_TEST_ALL=1; fi
  cores=$(nproc)
}

# The last line of every run, whatever happened.
finish() {
  local status=$?
  trap - EXIT
  local child
  for child in $(jobs -p); do kill "$child" 2>/dev/null; done
  wait 2>/dev/null
  rm -rf "$ZDM_TEST_TMP"
  if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
  [ "${#notes[@]}" -eq 0 ] || printf '%s\n' "${notes[@]}"
  echo "took $((SECONDS - started)) s; logs in $logs"
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ] || exit 1
  exit "$status"
}

# step NAME COMMAND...: quiet while it works, its log when it does not.
step() {
  local name=$1 began=$SECONDS
  shift
  if "$@" >"$logs/$name.log" 2>&1; then
    printf '%-10s ok       %5d s\n' "$name" $((SECONDS - began))
  else
    tail -n 60 "$logs/$name.log"
    notes+=("failed: $name ($*)")
    failed=$((failed + 1))
    return 1
  fi
}

# One shard of a suite for each core (or $shard_number); each has servers of its own.
shards() {
  local name=$1 binary=$2 gtest_filter=$3 i pids=() number=${shard_number:-$cores}
  for ((i = 0; i < number; i++)); do
    GTEST_TOTAL_SHARDS=$number GTEST_SHARD_INDEX=$i \
      "$binary" --gtest_brief=0 --gtest_filter="$gtest_filter" >"$logs/$name.$i.log" 2>&1 &
    pids+=($!)
  done
  local status=0 pid
  for pid in "${pids[@]}"; do wait "$pid" || status=1; done
  return "$status"
}

# What a GoogleTest log says; a log without an end is a crash and counts as one failure.
count() {
  local name=$1 log ok bad skip crashes=0 suite_ok=0 suite_bad=0 suite_skip=0
  for log in "$logs/$name".*.log; do
    ok=$(sed -nE 's/^\[  PASSED  \] ([0-9]+) tests?\.$/\1/p' "$log" | tail -n 1)
    bad=$(sed -nE 's/^\[  FAILED  \] ([0-9]+) tests?, listed below:$/\1/p' "$log" | tail -n 1)
    skip=$(sed -nE 's/^\[  SKIPPED \] ([0-9]+) tests?, listed below:$/\1/p' "$log" | tail -n 1)
    if ! grep -q '^\[==========\] .* ran\.' "$log"; then
      crashes=$((crashes + 1))
      notes+=("failed: $name ended before its end: $(grep -E '^\[ RUN' "$log" | tail -n 1) ($log)")
    fi
    suite_ok=$((suite_ok + ${ok:-0})) suite_bad=$((suite_bad + ${bad:-0}))
    suite_skip=$((suite_skip + ${skip:-0}))
    while read -r line; do notes+=("failed: $name: $line"); done < <(
      sed -nE 's/^\[  FAILED  \] (.*[^:])$/\1/p' "$log" | grep -vE '^[0-9]+ ' | sed 's/ (.*//' | sort -u)
    # By name, with the reason that the test gave.
    while read -r line; do notes+=("skipped: $name: $line"); done < <(
      awk '/: Skipped$/ { getline reason }
           /^\[  SKIPPED \] .*ms\)$/ { sub(/^\[  SKIPPED \] /, ""); sub(/,? (where|\().*$/, "")
                                       print $0 ": " reason; reason = "" }' "$log" | sort -u)
  done
  suite_bad=$((suite_bad + crashes))
  passed=$((passed + suite_ok)) failed=$((failed + suite_bad)) skipped=$((skipped + suite_skip))
  [ "$suite_bad" -eq 0 ] && outcome=ok || outcome=FAILED
  printf '%-10s %-7s  %5d s  %d passed, %d failed, %d skipped\n' "$name" "$outcome" \
    $((SECONDS - began)) "$suite_ok" "$suite_bad" "$suite_skip"
}

# Every suite that was built has been run.
none_forgotten() {
  local binary
  while read -r binary; do
    case " ${ran[*]} " in
      *" $binary "*) ;;
      *) notes+=("failed: $binary is not in tests/run"); failed=$((failed + 1)) ;;
    esac
  done < <(find .build/debug/tests -type f -name 'zdm_*_tests')
}

# suite NAME BINARY [GTEST_FILTER]
suite() {
  local name=$1 binary=$2 began=$SECONDS log outcome
  ran+=("$binary")
  local gtest_filter=${3:-*}
  [ -z "$filter" ] || gtest_filter="*$filter*"
  if [ ! -x "$binary" ]; then
    notes+=("failed: $name: $binary was not built")
    failed=$((failed + 1))
    return
  fi
  rm -f "$logs/$name".*.log
  if ! shards "$name" "$binary" "$gtest_filter"; then
    for log in "$logs/$name".*.log; do
      # What failed, with its words, before the totals.
      awk '/^\[ RUN /{text=""} {text=text $0 "\n"} /^\[  FAILED  \] .*ms\)$/{printf "%s", text}' \
        "$log" | head -n 150
      grep -q '^\[==========\] .* ran\.' "$log" || tail -n 30 "$log"
    done
  fi
  count "$name"
}

# The same tests with address and undefined-behaviour checks in product and tests.
sanitized() {
  step "asan-conf" cmake --preset asan || return
  step "asan-build" cmake --build --preset asan --target \
    zdm zdmc zdm_unit_tests zdm_case_tests zdm_live_tests || return
  export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
  suite asan-unit .build/asan/tests/unit/zdm_unit_tests
  suite asan-cases .build/asan/tests/cases/zdm_case_tests
  suite asan-live .build/asan/tests/live/zdm_live_tests "${asan_live:-*basic*}"
}

# clang-tidy on a sample that walks through the files from day to day; on all of them with --all.
tidied() {
  local files=() sample=() every=12 day i
  mapfile -t files < <(find compiler runtime -name '*.cc' | sort)
  day=$(($(date +%s) / 86400))
  [ -z "$all" ] || every=1
  for i in "${!files[@]}"; do
    if (((i + day) % every == 0)); then sample+=("${files[$i]}"); fi
  done
  local began=$SECONDS log=$logs/tidy.log
  if printf '%s\0' "${sample[@]}" |
    xargs -0 -n 1 -P "$cores" clang-tidy --quiet -p .build/debug >"$log" 2>/dev/null; then
    printf '%-10s ok       %5d s  %d of %d files\n' tidy $((SECONDS - began)) "${#sample[@]}" "${#files[@]}"
    passed=$((passed + 1))
  else
    grep -E 'error:|warning:' "$log" | sort -u | head -n 40
    notes+=("failed: clang-tidy ($log)")
    failed=$((failed + 1))
  fi
}

# The scenarios on MariaDB, which the system's packages bring, and on MySQL, which is fetched: there
# and back, killed, under traffic, and what they lock.
second_family() {
  local family suite
  for family in mariadb mysql; do
    if [ "$family" = mysql ] && ! tests/support/fetch-mysql >/dev/null 2>>"$logs/fetch.log"; then
      for suite in live kill traffic locks; do
        notes+=("skipped: $suite-mysql: MySQL could not be fetched ($logs/fetch.log)")
        skipped=$((skipped + 1))
      done
      continue
    fi
    export ZDM_TEST_FAMILY=$family
    suite "live-$family" .build/debug/tests/live/zdm_live_tests '*LiveScenario*'
    suite "kill-$family" .build/debug/tests/live/zdm_kill_tests
    suite "traffic-$family" .build/debug/tests/live/zdm_traffic_tests
    # Waits are measured here: nothing else of ours runs beside.
    shard_number=1 suite "locks-$family" .build/debug/tests/live/zdm_lock_tests '*MysqlLock*'
    unset ZDM_TEST_FAMILY
  done
}

# Other majors from the npm registry, one package each, kept in a cache outside the tree.
other_servers() {
  local major folder
  for major in 12 13 14 16 17 18; do
    if folder=$(tests/support/fetch-postgresql "$major" 2>>"$logs/fetch.log"); then
      export ZDM_TEST_PROGRAMS=$folder
      suite "live-$major" .build/debug/tests/live/zdm_live_tests '*:-*MysqlImport*'
      shard_number=1 suite "locks-$major" .build/debug/tests/live/zdm_lock_tests '*:-*MysqlLock*'
      unset ZDM_TEST_PROGRAMS
    else
      notes+=("skipped: live-$major: PostgreSQL $major could not be fetched ($logs/fetch.log)")
      skipped=$((skipped + 1))
    fi
  done
}
