// SPDX-License-Identifier: Apache-2.0
// Pages of the codes 5xxx: run time.
#include "compiler/source/code_pages.h"

namespace zdm {
namespace {

constexpr CodePage kPages[] = {
    {codes::kUnreachable,
     R"(No session with the database was to be had: the address does not answer, the server is starting or
shutting down, or it takes no more connections. Nothing was changed. Exit 12: trying again may help.

The address comes from --db, else ZDM_DATABASE_URL, else DATABASE_URL, else the server's own
conventions (PGHOST and the like, service and password files). The message names the address tried.)"},
    {codes::kAuthentication,
     R"(The server is there and refused the login: wrong password, unknown role, or no rule that lets this
role in from here. Nothing was changed. Exit 1: trying again does not help.

zdm has no password flag, so that passwords stay out of the process list: put the password into the
URL of ZDM_DATABASE_URL, into PGPASSWORD, or into the server's own password file. An `@`, `/`, `:` or
`%` in a password of a URL is written as %40, %2F, %3A, %25.)"},
    {codes::kConnectionLost,
     R"(The session ended while zdm worked: the server was shut down or crashed, somebody ended the session,
or the network failed. zdm never goes on in a fresh session, because its locks, settings and lease
went with the old one. Exit 12.

The journal and the catalog say how far the work came. Run the same command again: it goes on from
there.)"},
    {codes::kPermission,
     R"(The role lacks a right. zdm needs no superuser: it runs as a role that owns what the plan touches (or
is a member of the owner), and that may create the schemas zdm and zdm_trash or finds both made for
it. Exit 1.

The message names the statement to run as an administrator. Then run the same command again.)"},
    {codes::kReadOnly,
     R"(The database takes no writes: it is a replica, or default_transaction_read_only is on. Nothing was
changed. Exit 12, because after a failover the same command may find the primary.

Name the primary in --db. With several hosts in the URL add target_session_attrs=read-write.)"},
    {codes::kPooler,
     R"(A connection pooler (pgbouncer, pgpool, a cloud proxy) stands between zdm and the server: the process
number that the client library knows is not that of the server process that answers. Exit 1.

A pooler lends one session to many clients. Settings such as lock_timeout would leak into sessions of
the application, and the lock that carries zdm's lease could vanish. zdm found this before it set
anything. Name the server's own address in --db; applications may stay behind the pooler.)"},
    {codes::kDiskFull,
     R"(The server ran out of disk, memory or another resource while a statement ran. The statement's
transaction was undone; everything recorded before it stands. Exit 1.

Make room on the server, then run the same command again. Backfills and index builds need room for
what they write; `zdm status` shows how far they are.)"},
    {codes::kServerVersion,
     R"(zdm knows PostgreSQL 12 to 18. What an older or a newer server locks, rewrites and prints back has not
been tried, and zdm does not guess. Nothing was changed. Exit 1.

Upgrade the server, or use a version of zdm that knows it.)"},
    {codes::kLockTimeout,
     R"(A lock was not granted within the lock timeout of the session, and the work was given up rather than
let applications queue behind it. Nothing of it is left behind. Exit 11.

Run the same command again. If it stays so, look for long transactions on the table.)"},
    {codes::kRetry,
     R"(The server ended a transaction of zdm because it crossed another one: a deadlock or a serialization
failure. Nothing of it is left behind, and the other session went on. Exit 11.

Run the same command again.)"},
    {codes::kCancelled,
     R"(A statement was cancelled: by an administrator, by a timeout of the server, or by a signal to zdm. The
state is recorded. Exit 1. Run the same command again.)"},
    {codes::kDataError,
     R"(A value or a constraint stands against the statement: a row cannot be converted, a key is there twice,
a check does not hold. The statement was undone. Exit 7.

The message names what the server found. Fix the rows and run the same command again, or undo
everything with `zdm rollback`.)"},
    {codes::kSqlError,
     R"(The server refused a statement for a reason that zdm does not know better than the server does: its
message is shown with the statement. The transaction was undone, the state is recorded. Exit 1.

A statement of yours (`statement ... in PHASE`) is fixed in the .zdm file; roll back, compile again
and run. An object that somebody changed meanwhile is put right by hand. Then run the same command
again.)"},
    {codes::kNoSuchDatabase,
     R"(The server answers, but has no database of that name. Nothing was changed. Exit 1. Check the name at
the end of the URL, and the server that the URL names.)"},
    {codes::kBadUrl,
     R"(The database URL cannot be read. Its form is

    postgresql://user:password@host:port/database?parameter=value

with mysql:// and mariadb:// for those servers; connection strings of libpq (`host=... dbname=...`) work
too. Special characters in a user or password are percent-encoded: `@` as %40, `/` as %2F, `:` as %3A,
`?` as %3F, `#` as %23, `%` as %25. Exit 2.)"},
    {codes::kPlanUnreadable,
     R"(The file is not a plan: it ends in the middle, or is not what `zdmc compile -o FILE` writes. It was
refused before the first statement. Exit 2. Compile it again; a plan is never written by hand.)"},
    {codes::kPlanEdited,
     R"(The plan's id is the SHA-256 of its content, and the content is another one: somebody or something
changed the file after it was compiled, be it one blank or its line ends (mark plans as binary in
.gitattributes). It was refused before the first statement. Exit 2.

A plan is reviewed and executed as compiled. Change the .zdm files and compile again.)"},
    {codes::kPlanFormat,
     R"(The plan was written in another format than this zdm reads. It was refused before the first statement.
Exit 2. Run it with the zdm of the same version as the zdmc that compiled it, or compile it again.)"},
    {codes::kPlanField,
     R"(A field of the plan is unknown, missing, of the wrong kind, or disagrees with another one; the message
names its path. A runtime that skipped what it does not know would leave out work. It was refused
before the first statement. Exit 2. Compile it again with the zdmc of this version.)"},
    {codes::kPlanDialect,
     R"(The plan was compiled for another family of servers than the database of --db. It was refused before
the first statement. Exit 2. Name the right database, or compile the plan for this one.)"},
    {codes::kJournalNewer,
     R"(The journal of this database (schema zdm) was written by a newer zdm, in a format that this one cannot
read. Nothing was changed. Exit 1. Use the newer zdm; the other way round, a newer zdm goes on from an
older journal.)"},
    {codes::kLeaseLost,
     R"(Another runner took over the lease of this database while this one worked, because this one gave no
sign of life. Every transaction of ours checks the lease's token, so this run stopped at the first one
that found another token, and nothing of it is left. Exit 10.

Look at the other run with `zdm status`. When it has ended, run the same command again.)"},
    {codes::kPlanInFlight,
     R"(One plan at a time is in flight in a database: begun, and neither contracted nor rolled back. A second
one would be compiled against a catalog that is about to change. Exit 4.

Finish it with `zdm run --until contract`, or undo it with `zdm rollback`; then compile and run the new
one.)"},
    {codes::kJournalForeign,
     R"(There is a schema zdm in the database, and what is in it is not a journal. zdm needs the schema for
itself and touches nothing of others. Exit 1. Move what is there into another schema.)"},
    {codes::kScratch,
     R"(A private throw-away server could not be started; the message shows the reason or the end of its log.
Exit 1.

It needs the server's programs on this machine (initdb, pg_ctl and postgres below /usr/lib/postgresql,
in PATH, or in the folder that ZDM_POSTGRES_BIN names). As root it runs as user postgres, so every
folder above its own must be open to that user. For zdmc, --scratch URL or --scratch inside do without.)"},
    {codes::kLeaseHeld,
     R"(Another zdm is at work in this database: exactly one writes at a time. The message names its machine,
process and last sign of life. Exit 10: trying again later helps.

The lease is free at once when its holder's session is gone; there is nothing to release by hand.)"},
    {codes::kFingerprint,
     R"(The catalog is not the one that the plan was compiled for: objects that it touches or depends on
differ, and the lines that differ are shown. Running it could destroy somebody's change. Exit 4.

If the change is wanted, take it into the .zdm files and compile again. If it is not, undo it and run
the same command again.)"},
    {codes::kCheckFailed,
     R"(The statements of a step ran without an error, but the look at the catalog or the data afterwards does
not find what the step promises. zdm never calls a step done without that look. Exit 1.

Something else changed the object meanwhile, or a statement of yours does not do what its `done` asks.
Put it right and run the same command again, or undo with `zdm rollback`.)"},
    {codes::kLockBudget,
     R"(A step needs a short lock, and for the whole budget (10 minutes unless told otherwise) it was not to
be had: each attempt gave up after the lock timeout, so that no application waited longer. Nothing of
the step is left behind. Exit 11.

The sessions in the way are named. Wait until they have ended, or end them, and run the same command
again. `idle in transaction` means an application that forgot to commit.)"},
    {codes::kRowsInTheWay,
     R"(Rows are not as the step needs them: they break a coming rule, or could not be carried over. Their keys
are named, with the number of all of them. Exit 7.

Either fix the rows and run the same command again, or undo everything with `zdm rollback`.)"},
    {codes::kObjectsInTheWay,
     R"(Something that the plan does not know depends on what is about to go: a view, a function, a foreign
key, made after the plan was compiled. It is named. zdm never drops what it was not told to. Exit 4.

Change or drop it, or roll back, take it into the .zdm files, and compile again.)"},
    {codes::kRowsWouldBeLost,
     R"(The rollback would lose values that only the new shape can hold: rows of new tables, values of new
columns, or what `down` cannot carry. They are named, and nothing was changed. Exit 7.

`zdm rollback --set-aside` keeps them in the table zdm.set_aside and goes on; or change the rows so
that `down` carries them.)"},
    {codes::kNothingInFlight,
     R"(The command goes on with a plan that is in flight, and there is none in this database. Exit 1 or 2.
`zdm status` shows what was run here. Give `zdm run` a plan file, and check that --db names the right
database.)"},
    {codes::kRollbackBegun,
     R"(A rollback of this plan was begun and not finished. Going forward from the middle of it is not
possible. Exit 4. Finish it with `zdm rollback`; then the plan may be run again.)"},
    {codes::kPaused,
     R"(Somebody paused zdm in this database with `zdm pause`; the message says who and when. The state is
saved. Exit 13. `zdm resume`, then run the same command again.)"},
    {codes::kInterrupted,
     R"(A signal ended the run at a safe point: between two batches or two statements. The state is saved.
Exit 130 or 143. Run the same command again: it goes on.)"},
    {codes::kNotSynced,
     R"(Rows of the old and of the new shape disagree: for each row new = up(old), or old = down(new), or the
row is noted. Keys are named. Contract never begins while one is left. Exit 7.

Such a row was written with the sync trigger off (session_replication_role, ALTER TABLE ... DISABLE
TRIGGER), or by a restore. Write it again through one of the two shapes, and run the command again.)"},
    {codes::kPlanServer,
     R"(The plan was compiled for a server of another major version. What a server locks and prints back
depends on it. Exit 4. Compile the plan against this database.)"},
    {codes::kPointOfNoReturn,
     R"(The plan is past its purge, which destroyed what contract had parked: there is nothing left to go back
to. Exit 4. The old shape is made anew by a plan that goes forward: put it into the .zdm files and
compile.)"},
    {codes::kUsage,
     R"(An argument cannot be used: unknown, malformed, or not fitting the command. Exit 2. `zdm COMMAND
--help` lists what it takes.)"},
};

}  // namespace

std::span<const CodePage> RuntimePages() {
  return kPages;
}

}  // namespace zdm
