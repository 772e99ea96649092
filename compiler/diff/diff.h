// SPDX-License-Identifier: Apache-2.0
// Current schema x desired schema -> changes. Pure; both sides are judged
// (compiler/catalog/judge.h), so that text decides, and completed (match.h). What is not among the
// changes of change.h is an error that says what will take it; nothing is passed over.
#pragma once

#include <string>
#include <vector>

#include "compiler/diff/change.h"
#include "compiler/schema/language_rules.h"
#include "compiler/source/diagnostic.h"

namespace zdm {

/// In a stable order: schemas, extensions, then table by table by name, foreign keys last. Errors
/// go to `diagnostics`; then the list is not to be used.
std::vector<Change> Diff(const Schema& current, const DesiredSchema& desired,
                         const LanguageRules& rules, Diagnostics& diagnostics);

/// One line for people and for goldens: "add column public.customer.email citext not null".
std::string ToString(const Change& change);

/// All of them, a line each.
std::string PrintChanges(const std::vector<Change>& changes);

/// The tables that `change` alters, creates or drops; "public.customer".
std::vector<QualifiedName> TablesOf(const Change& change);

}  // namespace zdm
