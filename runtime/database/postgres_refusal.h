// SPDX-License-Identifier: Apache-2.0
// Why the server refused a login, by its SQLSTATE: servers tell people why in their own language,
// and libpqxx keeps the words only.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace zdm {

/// Whether a server said this text of a failed connection (the client library's own words are
/// English, and have no severity).
bool ServerSaid(std::string_view message);

/// The last SQLSTATE in a text of the client library, made with PQERRORS_SQLSTATE; "" without one.
std::string SqlstateIn(std::string_view text);

/// Tries to connect once more and gives the SQLSTATE of the refusal; "" when there is none.
std::string SqlstateOfRefusal(const std::string& connect_string, std::chrono::seconds timeout);

}  // namespace zdm
