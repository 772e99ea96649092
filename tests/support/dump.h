// SPDX-License-Identifier: Apache-2.0
// What may be taken out of a schema dump before two are compared: nothing but what says nothing.
#pragma once

#include <string>

namespace zdm::test {

/// Without comments, empty lines and \restrict lines (random in each dump).
std::string NormalizedDump(const std::string& dump);

/// Also with the columns of each CREATE TABLE sorted: on PostgreSQL a migrated table keeps its
/// columns in another order than one created at once. Dump order of the objects is by name and
/// kind.
std::string WithoutColumnOrder(const std::string& dump);

/// Also without what is named as zdm names its own (zdm_ and ten hex digits): columns' lines, whole
/// statements. Only to look at a database between contract and purge; what is left then is judged
/// by the whole dump after purge.
std::string WithoutParked(const std::string& dump);

/// The same for MariaDB and MySQL, where what is parked keeps its name and is invisible: without
/// all that is invisible or ignored. Columns keep their order.
std::string WithoutHidden(const std::string& dump);

}  // namespace zdm::test
