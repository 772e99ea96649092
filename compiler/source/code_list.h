// SPDX-License-Identifier: Apache-2.0
// The list behind codes.h: one constexpr line each, sorted by number.
#pragma once

#include "runtime/plan/code.h"

namespace zdm::codes {

// 1xxx: the language.
inline constexpr Code kSyntaxError{1001, "syntax error"};
inline constexpr Code kUnclosed{1002, "a string, comment or brace that is not closed"};
inline constexpr Code kNotUtf8{1003, "text that is not UTF-8"};
inline constexpr Code kTooDeep{1004, "parentheses nested too deep"};
inline constexpr Code kNotYet{1005, "an object that the language does not know yet"};
inline constexpr Code kUnreadableFile{1006, "a file that cannot be read"};
inline constexpr Code kNoFiles{1007, "no .zdm file"};
inline constexpr Code kNoDialect{1010, "no dialect"};
inline constexpr Code kUnknownDialect{1011, "a dialect that is not known"};
inline constexpr Code kTwoDialects{1012, "two dialects in one schema"};
inline constexpr Code kBadName{1020, "a name that no object can have"};
inline constexpr Code kQualifiedName{1021, "a name with too many parts"};
inline constexpr Code kDuplicate{1101, "declared twice"};
inline constexpr Code kUnknownColumn{1102, "a column that is not there"};
inline constexpr Code kUnknownTable{1103, "a table that is not there"};
inline constexpr Code kDeclaredAndDropped{1104, "declared and dropped"};
inline constexpr Code kUnknownType{1201, "a type that is not right"};
inline constexpr Code kClauseTwice{1202, "a clause that stands twice"};
inline constexpr Code kClauseConflict{1203, "clauses that exclude each other"};
inline constexpr Code kTwoPrimaryKeys{1204, "two primary keys"};
inline constexpr Code kKeyColumns{1205, "columns that a key cannot have"};
inline constexpr Code kReferencedKey{1206, "a foreign key to columns that are no key"};
inline constexpr Code kBadExpression{1207, "an expression that the parser does not take"};
inline constexpr Code kColumnInDefault{1208, "a default that names a column"};
inline constexpr Code kNotInDialect{1209, "words that the dialect does not have"};
inline constexpr Code kTableOption{1210, "an option that no table has"};
inline constexpr Code kTransitionColumns{1301, "a transition of columns that do not fit"};
inline constexpr Code kTransitionTwice{1302, "a value that a transition gives twice"};
inline constexpr Code kNoUp{1303, "a transition without `up`"};
inline constexpr Code kNoDown{1304, "a transition without a way back"};
inline constexpr Code kRenamedFrom{1305, "an old column that the table still has"};
inline constexpr Code kBadAllow{1401, "an `allow` of no hazard"};
inline constexpr Code kBadIgnore{1402, "an `ignore` that cannot be"};

// 2xxx: hazards, acknowledged by `allow CODE OBJECT` or --allow.
inline constexpr Code kDropTable{2001, "a table is dropped"};
inline constexpr Code kDropColumn{2002, "a column is dropped"};
inline constexpr Code kDropExtension{2003, "an extension is dropped"};
inline constexpr Code kDropIndex{2004, "an index is dropped"};
inline constexpr Code kDropConstraint{2005, "a constraint is dropped"};
inline constexpr Code kUniqueBinds{2010, "a unique rule that goes binds until contract"};
inline constexpr Code kForeignKeyActs{2011, "a foreign key that goes acts until contract"};
inline constexpr Code kDefaultChanges{2012, "a default that changes at contract"};
inline constexpr Code kTypeWidens{2020, "a column's type is widened in place"};
inline constexpr Code kDropSequence{2021, "a sequence is dropped"};
inline constexpr Code kLabelRenamed{2022, "an enum's label has another name from contract on"};
inline constexpr Code kDropType{2023, "a type is dropped"};
inline constexpr Code kColumnChangesType{2201, "a column has another type from contract on"};
inline constexpr Code kLossyTransition{2202, "a transition that loses values on the way back"};

// 3xxx: the catalog.
inline constexpr Code kNotModelled{3001, "a catalog object that zdm does not model"};
inline constexpr Code kPropertyNotModelled{3002, "a property that zdm does not model"};
inline constexpr Code kSnapshotDamaged{3010, "a snapshot that cannot be read"};
inline constexpr Code kSnapshotFormat{3011, "a snapshot of another format"};
inline constexpr Code kSnapshotScope{3012, "a snapshot of other schemas"};
inline constexpr Code kSchemaNotFound{3020, "a schema that is not there"};
inline constexpr Code kNotImportable{3021, "a state that no file can say"};
inline constexpr Code kImportTarget{3022, "a place that the files cannot be written to"};

// 4xxx: compile.
inline constexpr Code kUnjudged{4001, "an expression that no server has judged"};
inline constexpr Code kJudgeRefused{4002, "the server does not take an expression or type"};
inline constexpr Code kNotImmutable{4003, "a transition that is not immutable"};
inline constexpr Code kScratchLacks{4004, "the scratch server lacks something"};
inline constexpr Code kMissingFromFiles{4010, "an object that the files lack"};
inline constexpr Code kStaleTombstone{4011, "a tombstone of something that is gone"};
inline constexpr Code kDropSchema{4012, "a schema is to go"};
inline constexpr Code kTypeChange{4020, "a type change without a transition"};
inline constexpr Code kCollationChange{4021, "a collation change without a transition"};
inline constexpr Code kIdentityChange{4022, "an identity is added, removed or changed"};
inline constexpr Code kGeneratedChange{4023, "a generated column is added or changed"};
inline constexpr Code kPrimaryKeyChange{4024, "a primary key changes"};
inline constexpr Code kTransitionOfKey{4025, "a transition of a column that a key holds"};
inline constexpr Code kUniqueReplaced{4026, "a unique constraint changes under its name"};
inline constexpr Code kExtensionChange{4027, "an extension changes its version or schema"};
inline constexpr Code kShadowTable{4028, "a change that needs a shadow table"};
inline constexpr Code kFillNeeded{4030, "a new column without values for old rows"};
inline constexpr Code kDownNeeded{4031, "no way back for the values of an old column"};
inline constexpr Code kTransitionShape{4032, "a transition that does not fit the table"};
inline constexpr Code kPersistenceChange{4033, "a table or sequence becomes logged or unlogged"};
inline constexpr Code kEnumChange{4034, "labels of an enum go or move"};
inline constexpr Code kDomainChange{4035, "a domain changes"};
inline constexpr Code kPlanCycle{4040, "steps that wait for each other"};
inline constexpr Code kRecipeDefect{4041, "a recipe that contradicts itself"};
inline constexpr Code kHazardNotAllowed{4042, "a hazard that nobody allowed"};
inline constexpr Code kUnusedAllow{4043, "an allow that allows nothing"};
inline constexpr Code kCompileInFlight{4044, "another plan is in flight"};
inline constexpr Code kParkedInTheWay{4045, "a table with parked things"};

// 5xxx: run time.

}  // namespace zdm::codes
