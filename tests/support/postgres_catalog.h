// SPDX-License-Identifier: Apache-2.0
// The schema of a database as text, in the manner of pg_dump, for servers whose own pg_dump is not
// at hand. Says less about how to restore, and as much about what is there.
#pragma once

#include <string>

#include "tests/support/test_server.h"

namespace zdm::test {

std::string CatalogText(Session& session);

}  // namespace zdm::test
