// SPDX-License-Identifier: Apache-2.0
// Charsets and collations of MariaDB and MySQL. A database has both, a table inherits them, a
// column its table's. The model holds only what differs from what is inherited; both producers of
// models say all and let LeaveOutDefaults() take away what is no news.
#pragma once

#include <string>
#include <string_view>

#include "compiler/schema/schema.h"

namespace zdm {

struct TextEncoding {
  std::string charset;    ///< "" : unknown, or the column holds no text
  std::string collation;  ///< likewise
  friend bool operator==(const TextEncoding&, const TextEncoding&) = default;
};

/// "utf8mb3" for "utf8"; others stay.
std::string CharsetName(std::string_view written);
/// "latin1" for "latin1_bin".
std::string CharsetOfCollation(std::string_view collation);
/// That of a charset for which no collation is said.
std::string DefaultCollation(Dialect dialect, int server_version, std::string_view charset);

TextEncoding EncodingOf(const Schema& schema, const Table& table);
/// Of columns without text: nothing.
TextEncoding EncodingOf(const Schema& schema, const Table& table, const Column& column);

/// Takes away what tables and columns would inherit. `schema.schemas` hold the databases' own.
void LeaveOutDefaults(Schema& schema);

}  // namespace zdm
