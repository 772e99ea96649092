// SPDX-License-Identifier: Apache-2.0
// Pages of the codes 3xxx: the catalog.
#include <array>

#include "compiler/source/code_pages.h"

namespace zdm {
namespace {

constexpr std::array kPages = {
    CodePage{codes::kNotModelled,
             R"(The database holds an object of a kind that .zdm files cannot say yet: a view, a
sequence, a function, a type of your own, a trigger, a comment on something that
the language does not name, ... zdm stops instead of overlooking it, because a
plan that knows nothing of it could break it.

What to do: say in the files that zdm keeps its hands off it,

    ignore view public.daily_sales;
    ignore function public.*;

The line that takes the object out stands below the message. What belongs to an
ignored object (its indexes, rules, row type) goes with it. Columns may have
types that are ignored, and those of extensions. `zdmc import --ignore` writes
such lines into the files. An ignored object that a plan would have to change is
found when the plan runs, before anything is dropped.)"},
    CodePage{codes::kPropertyNotModelled,
             R"(A table, column, constraint or index has a property that is not at the server's
default and that .zdm files cannot say yet: unlogged, row level security, a
replica identity, inheritance, a tablespace, an index that clusters its table, a
statistics target of an index, disabled triggers, and others. A plan made
without knowing it could lose it.

What to do: take the property away if nobody needs it, or leave the object out
of zdm's hands with the `ignore` line below the message; zdm then neither
changes nor drops it.)"},
    CodePage{codes::kSnapshotDamaged,
             R"(The file given by --catalog (or to `zdmc snapshot --check`) is not a snapshot as
zdmc wrote it: cut off, merged by hand, or edited. Its last field is a hash of
all others, so that a plan is never compiled from something that no database
ever was.

What to do: take the snapshot again with `zdmc snapshot PATH... -o FILE`. When
two branches each took one, take it anew after the merge instead of merging the
files.)"},
    CodePage{codes::kSnapshotFormat,
             R"(The snapshot was written by a version of zdmc whose format this one does not
read. Snapshots are cheap: take it again with this version,

    zdmc snapshot PATH... --db URL -o FILE)"},
    CodePage{codes::kSnapshotScope,
             R"(A snapshot holds the schemas that the files managed when it was taken, read
under the `ignore` rules of that time. These files manage other schemas or
ignore other objects, so the snapshot says nothing about some of them.

What to do: take it again with these files: `zdmc snapshot PATH... -o FILE`.)"},
    CodePage{codes::kSchemaNotFound,
             R"(`zdmc import --schema NAME` names a schema that the database does not have (or
that the role cannot see). Names are taken exactly, upper case included, without
quotes of SQL.)"},
    CodePage{codes::kNotImportable,
             R"(The catalog holds a state in which no file can ask for anything: a constraint
that is not validated, or an index that is not valid, left behind by a build
that failed. `zdmc import` writes the whole constraint or index; compiling the
files gives a plan that validates or rebuilds it. Repair or drop it first if the
files shall compile to an empty plan.)"},
    CodePage{codes::kImportTarget,
             R"(`zdmc import -o FOLDER` writes a file a table. The folder already holds a .zdm
file that is not one of them: mixed with the new ones it would be part of the
schema.

What to do: import into an empty folder, or move the old files away. Importing
again over an earlier import of the same tables is fine.)"},
};

}  // namespace

std::span<const CodePage> CatalogPages() {
  return kPages;
}

}  // namespace zdm
