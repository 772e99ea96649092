// SPDX-License-Identifier: Apache-2.0
// Pages of the codes 4xxx: compile.
#include "compiler/source/code_pages.h"

namespace zdm {
namespace {

constexpr CodePage kPages[] = {
    {codes::kUnjudged,
     R"(Servers print expressions back rewritten: 'a' becomes 'a'::text. zdmc compares what a server
printed, so each expression that is new or changed must have been seen by one. Here none was at
hand, and what this one becomes is never guessed.

Compile where a server is installed (`--scratch private`, the default there), with `--scratch
inside` (the connected database judges, in a transaction that is rolled back) or `--scratch URL`.
For builds without any server, run `zdmc snapshot PATH... -o FILE` where one is and commit FILE: it
remembers what was judged.)"},
    {codes::kJudgeRefused,
     R"(The server was shown the expression or type, on an empty table with the columns that it names,
and refused it. The server's own words follow.

Names are looked up in the schema of the table, then in public; write others with their schema.)"},
    {codes::kNotImmutable,
     R"(`up` and `down` run in a trigger, in the sessions of both applications, and again in the
backfill. A value that hangs on a session's settings or on the time would come out differently in
each, and old and new would drift apart.

What hangs on the time zone can be pinned: `with timezone 'UTC';` in the transition. Write dates and
numbers with explicit formats, and times as columns rather than now().)"},
    {codes::kScratchLacks,
     R"(The private scratch server is empty but for the extensions that the files name. The expression
needs a type, function or sequence that only your database has, or an extension that is not
installed here.

Compile with `--scratch inside`: the connected database judges, in a transaction that is rolled
back, on temporary tables. Or give `--scratch URL` of another database that has what is needed.)"},
    {codes::kMissingFromFiles,
     R"(The catalog has an object that the files do not declare. zdm never takes silence for a wish to
drop something: the file may be older than the database, or its author may not know the object.

Declare it (`zdmc import` writes what is there), let it go with a tombstone (`drop table t;`, in a
table `drop column c;`, `drop index i;`, `drop constraint c;`), or leave it to others with
`ignore KIND NAME;`. If it has a new name, say so there: `renamed from OLD`.)"},
    {codes::kStaleTombstone,
     R"(The tombstone names something that is gone: it has done its work. Take the line out when no
database that these files serve has the object any more; until then it does no harm.

An `ignore` that takes nothing out of zdm's hands is such a line too, unless its name is misspelled:
names are matched as the catalog has them, with their schema, `*` for any run of characters.)"},
    {codes::kDropSchema,
     R"(zdm parks tables and columns, so that the drop can be undone until purge. For a whole schema it
has no such way yet. Drop the tables in it one by one; the empty schema can stay.)"},
    {codes::kTypeChange,
     R"(The column has another type in the catalog, and values do not travel by themselves. A plain ALTER
COLUMN TYPE would rewrite the table under a lock that blocks everybody.

Without a word of yours go: types that only get wider (varchar(20) -> varchar(50) or text, numeric(8,2)
-> numeric(12,2), timestamp(3) -> timestamp, cidr -> inet), which change the catalog only, unless a
check, an expression or partial index, a generated column or a transition reads the column; and, by a
new column beside the old, integers among themselves and to numeric and back, numeric of the same
scale, varchar, text and citext of any length.

For all others say how rows travel, and zdm builds the new column beside the old, keeps both in step
and switches:

  transition {
    from code text;
    up   code = code::integer;
    down code = code::text;
  })"},
    {codes::kCollationChange,
     R"(The column sorts by another collation in the catalog. A plain change rebuilds its indexes under a
lock. Write a transition, as for a change of type: `up name = name; down name = name;`.)"},
    {codes::kIdentityChange,
     R"(An identity is added to, removed from or changed on a column. zdm does not know the safe form of
that yet. Leave the identity as the catalog has it in this plan.)"},
    {codes::kGeneratedChange,
     R"(A stored generated column is added or changes its expression. The server computes it for all rows
under a lock that blocks everybody, and zdm has no other way yet. A plain column with a transition
(`up total = price * quantity;`) gives the same values without that lock.)"},
    {codes::kPrimaryKeyChange,
     R"(The primary key is added, removed or changes its columns or name. zdm does not know the safe form
of that yet. Declare it as the catalog has it: a note says how. When only the name differs, write
that name.)"},
    {codes::kTransitionOfKey,
     R"(The column is renamed or transformed, and a foreign key on either side or a generated column holds
on to it; or it leaves or comes into the primary key, or changes both its name and its type there; or
it has an identity that the new column has not. zdm keeps such columns as they are for now. A rename or
a change of type alone goes with its primary key and its identity.

Leave the column as it is in this plan; a second column beside it can be added and filled by a
transition.)"},
    {codes::kUniqueReplaced,
     R"(A unique constraint has other columns or properties than the catalog's of that name. Give the new
one another name and drop the old one: it is built beside the old, and the table is never without.)"},
    {codes::kExtensionChange,
     R"(The extension is installed in another version or schema. zdm does not update or move extensions
yet: write what is installed, or leave version and schema out.)"},
    {codes::kShadowTable,
     R"(The server makes this change only by copying the whole table while every write waits: most changes
of type, enforced checks on some servers, generated columns that are stored, FULLTEXT indexes, whatever
touches a table that has one. zdm never does that behind an application's back.

The way without waiting is a shadow table: a second table of the new shape, kept in step by
triggers, that takes the first one's place. zdm has no shadow tables yet. Until then leave the
change out of the plan, or split it: a new column beside the old one with a transition often serves.
What the server can do at once differs by version; zdm knows the table of it and asserts it in each
statement.)"},
    {codes::kFillNeeded,
     R"(A new column that is NOT NULL and has no default: the rows that are there have no value for it,
and the old application, which does not know it, inserts more of them.

Give it a default, or say what old rows get, from their other columns:

  transition { up label = name || ' ' || email; })"},
    {codes::kDownNeeded,
     R"(Until purge, everything can be undone, and until contract the old application works on. For both,
what the new application writes must find its way back into the old column, and here it cannot: no
`down` says how, or it is a constant.

Write `down OLD = EXPRESSION;` over the new columns. When the values may be lost, say so in the
transition: `lossy "why";`. A column that goes and is NOT NULL without a default needs a value for
new rows: `drop column legacy { down legacy = 'n/a'; }`.)"},
    {codes::kTransitionShape,
     R"(The transition does not start from what the catalog has, or does not end at what the table
declares. Right of `up` stand columns of the old shape, right of `down` those of the new one;
columns that do not change stand in both. The types after `from` must be the catalog's.

A transition whose old columns are gone altogether means nothing any more and is passed over; here
some are there and some are not.)"},
    {codes::kPersistenceChange,
     R"(A table or sequence that is there becomes `unlogged`, or is no longer so. The server would write the
whole table anew and hold off everybody meanwhile; a table that is not logged is empty after a crash.

Create another table in the form that shall be.)"},
    {codes::kEnumChange,
     R"(A label of an enum goes, or the labels stand in another order. No server does that in place, and
rows may hold the label. A label that has another name says so: `'NEW' renamed from 'OLD'`, as long
as no default, check or index names it. Labels are not added while a column of the enum goes or gets
another name: that is for the next plan.

Declare another enum with the labels that shall be, and let the columns become of that type:
`transition { from status order_status; up status = status::text::order_state; down status =
status::text::order_status; }`, with `case` where a label has no counterpart.)"},
    {codes::kDomainChange,
     R"(A domain is in the catalog in another form. To add a rule or NOT NULL to a domain, the server reads
every table that has a column of it and holds off its writers meanwhile, also when the rule is added
NOT VALID first.

Put the rule into a check of each column, which zdm adds without that; or declare another domain and
let the columns become of it by a `transition`.)"},
    {codes::kPlanCycle,
     R"(Each of the steps needs another of them to be done first. Nothing is written. This is a fault of
zdmc; until it is mended, make one of the changes in a plan of its own.)"},
    {codes::kRecipeDefect,
     R"(Two parts of the plan contradict each other, so it is not written. This is a fault of zdmc:
please report it with the files and `zdmc snapshot` of the database. Until it is mended, make the
changes in plans of their own.)"},
    {codes::kHazardNotAllowed,
     R"(The plan has a hazard: something that zdm can do but that may hurt in a way it cannot see, so that
a person must say yes. The message names the hazard's own code (`zdmc explain-code` has its page)
and the object, with the line to write into the files, and the flag for a single run.)"},
    {codes::kUnusedAllow,
     R"(The `allow` acknowledges a hazard that this plan does not have. Left in the files it would wave
through the next one that does. Take the line out, or correct its code or object. When the plan has
no steps, this is only a warning.)"},
    {codes::kCompileInFlight,
     R"(A plan was started on this database and is not contracted: what the catalog shows now is neither
its old shape nor its new one, and a plan made from it would be wrong.

Finish it with `zdm run --until contract`, or take it back with `zdm rollback`; then compile.)"},
    {codes::kParkedInTheWay,
     R"(An earlier plan parked something of this table: it is out of sight but kept in step, so that the
plan can be undone. A new plan for the same table cannot be woven around that.

`zdm purge` destroys what is parked, for good. `zdm rollback` takes the earlier plan back.)"},
};

}  // namespace

std::span<const CodePage> CompilePages() {
  return kPages;
}

}  // namespace zdm
