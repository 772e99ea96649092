// SPDX-License-Identifier: Apache-2.0
// What PostgreSQL and its client library say -> ErrorKind. Text functions, no connection.
#pragma once

#include <string>
#include <string_view>

#include "runtime/database/errors.h"

namespace zdm {

/// Of a statement that failed on a live session.
ErrorKind KindOfSqlstate(std::string_view sqlstate);

/// Of a connection that was not made. The library gives no SQLSTATE for these, so this reads the
/// English text; what it does not know counts as unreachable.
ErrorKind KindOfConnectFailure(std::string_view message);

/// Of a connection that the server refused with this SQLSTATE ("": it is not known).
ErrorKind KindOfRefusal(std::string_view sqlstate);

/// The text of such a failure on one line, without the library's guesses ("Is the server
/// running...").
std::string ConnectFailureText(std::string_view text);

/// Splits "ERROR:  text\nLINE 1: ...\nDETAIL:  ...\nHINT:  ..." (severity in any language) into
/// message, detail and hint; the rest is left out.
ErrorDetails SplitMessage(std::string_view text);

}  // namespace zdm
