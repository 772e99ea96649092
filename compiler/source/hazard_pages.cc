// SPDX-License-Identifier: Apache-2.0
// Pages of the codes 2xxx: hazards.
#include "compiler/source/code_pages.h"

namespace zdm {
namespace {

constexpr CodePage kPages[] = {
    {codes::kDropTable,
     R"(A table of the catalog goes. Contract moves it out of sight into the schema zdm_trash, with its
rows, indexes and sequences; its foreign keys go first. Until `zdm purge` a rollback brings it back
as it was. Purge destroys it, and nothing brings it back.

A line `drop table NAME;` in the files is the acknowledgement. Without that line, write
`allow ZDM2001 SCHEMA.NAME "why";`. Contract refuses while a view, a function, a policy or a foreign
key outside the plan depends on the table, and names it.)"},
    {codes::kDropColumn,
     R"(A column of the catalog goes. From the end of expand new rows may leave it out; contract renames
it out of sight, its values kept; `zdm purge` destroys it. Until then a rollback brings it back, and
rows that the new application inserted hold its default, its `down` value, or NULL.

`drop column NAME;` in the table is the acknowledgement; without it, write
`allow ZDM2002 SCHEMA.TABLE.NAME "why";`. Between contract and purge, `SELECT *` and `COPY` without a
list of columns show the parked column: name the columns that you read.)"},
    {codes::kDropExtension,
     R"(An extension goes with all of its types, functions and operators, at contract. Contract refuses
while anything outside the extension depends on them, and names it. A rollback creates the extension
again in the same version; what its own tables held is not brought back.

`drop extension NAME;` in the files is the acknowledgement.)"},
    {codes::kDropIndex,
     R"(An index goes at contract. It holds no data of its own: a rollback builds it again, while others
work, which takes as long as building it once took. Queries that used it become slower when contract
drops it: look at pg_stat_user_indexes before.

`drop index NAME;` in the table is the acknowledgement.)"},
    {codes::kDropConstraint,
     R"(A check, unique constraint or foreign key goes. Checks, and foreign keys without actions, go in
expand, so that the new application's writes succeed from then on; the others at contract. A rollback
looks at all rows first: rows that break the old rule by then are named, and nothing changes before
they are corrected.

`drop constraint NAME;` in the table is the acknowledgement.)"},
    {codes::kUniqueBinds,
     R"(A unique rule of the old version goes, or becomes another, at contract: before, the old
application counts on it, for instance in ON CONFLICT. A write of the new application that repeats a
key fails until then.

When the new application does not repeat keys before contract, say so:
`allow ZDM2010 OBJECT "why";`. Else deploy in two plans: the first lets the rule go and is
contracted before the application that needs it to be gone is deployed.)"},
    {codes::kForeignKeyActs,
     R"(A foreign key with ON DELETE or ON UPDATE actions goes, or becomes another, at contract: before,
the old application counts on its cascades. Until then deletes and updates in the referenced table,
those of the new application too, still change the referencing rows, and rows without a parent are
refused.

When that does no harm, say so: `allow ZDM2011 OBJECT "why";`. Else let the foreign key go in a plan
of its own, contracted before the new application is deployed.)"},
    {codes::kDefaultChanges,
     R"(The default of a column changes, and the server cannot tell which version an INSERT comes from:
until contract rows that leave the column out get the old default, those of the new application too;
after it they get the new one.

When the new application gives the value itself, or either default does for that time, say so:
`allow ZDM2012 SCHEMA.TABLE.COLUMN "why";`. A default where a NOT NULL column had none comes in expand
and needs no word.)"},
    {codes::kTypeWidens,
     R"(A column gets a wider type (varchar(20) -> varchar(50) or text, numeric(8,2) -> numeric(12,2),
timestamp(3) -> timestamp(6), cidr -> inet, ...): the server changes its catalog only, in expand, and
both applications work on. A prepared statement that returns the column fails once with SQLSTATE 0A000
("cached plan must not change result type"), until it is prepared again; the same goes for a cached
`SELECT *`.

When the application prepares again by itself, or reconnects on deploy, say so:
`allow ZDM2020 SCHEMA.TABLE.COLUMN "why";`. Else give the wider column a name of its own, with a
transition.

The way back has to write every row anew. `zdm rollback` looks at all rows first: values that the old
type cannot hold are named, or, where a cast can shorten them, kept aside with `--set-aside`. A table
of more than 1 MB is not rewritten under a lock: its column stays as wide as it is, with which the old
application works on; the rollback says so and prints the statement for a quiet moment. The same plan
can be run again from either.)"},
    {codes::kDropType,
     R"(An enum or domain of the catalog goes. Contract moves it out of sight into the schema zdm_trash,
after the columns that were of it are parked; until `zdm purge` a rollback brings it back. Contract
refuses while something outside the plan depends on it, and names it.

`drop enum NAME;` or `drop domain NAME;` in the files is the acknowledgement.)"},
    {codes::kDropSequence,
     R"(A sequence of the catalog goes. Contract moves it out of sight into the schema zdm_trash, with its
position; until `zdm purge` a rollback brings it back, never behind a value that it gave. Contract
refuses while a default or a function outside the plan uses it, and names it.

`drop sequence NAME;` in the files is the acknowledgement. A sequence that a column owns goes with
its column and needs no line of its own.)"},
    {codes::kLabelRenamed,
     R"(A label of an enum gets another name at contract. A server knows one name of a label at a time:
before contract statements that name the new label fail with 22P02, after it those that name the old
one do, in all applications and also in prepared statements with the label as a parameter.

When the applications take both, or are deployed together with contract, say so:
`allow ZDM2022 ENUM "why";`. Else add the new label beside the old one, let the applications use the
new one, and update the rows in a plan of its own.)"},
    {codes::kColumnChangesType,
     R"(A column keeps its name and gets another type. Until contract the name means the old column, for
both applications; from the switch on it means the new one, and the two are kept in step all the
time. A prepared statement that returns the column fails once with SQLSTATE 0A000 ("cached plan must
not change result type") after the switch, until it is prepared again; the same goes for a cached
`SELECT *`.

When the application prepares again by itself, or reconnects on deploy, say so:
`allow ZDM2201 SCHEMA.TABLE.COLUMN "why";`. Else give the new column a name of its own: then no
window holds both types under one name.)"},
    {codes::kLossyTransition,
     R"(The way back of a transition does not carry every value: the old column of a row that the new
application wrote holds less than the new one. `lossy "why";` in the transition says that this is
known, and allows the hazard.

`zdm rollback` looks at all rows first and names those whose new values the old columns cannot hold;
with `--set-aside` it keeps them in the journal. A `down` that carries every value needs no word.)"},
};

}  // namespace

std::span<const CodePage> HazardPages() {
  return kPages;
}

}  // namespace zdm
