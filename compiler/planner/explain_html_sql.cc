// SPDX-License-Identifier: Apache-2.0
#include "compiler/planner/explain_html.h"
#include "compiler/planner/explain_parts.h"

namespace zdm {
namespace {

bool IsUpper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool IsName(char c) {
  return IsUpper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80U;
}

/// Where the piece of SQL that begins at `at` ends, and what it is: 'c' a comment, 's' a string,
/// 'q' a quoted name, 'k' a word in capitals, 0 anything else.
struct Piece {
  std::size_t end;
  char kind;
};

Piece TakePiece(std::string_view sql, std::size_t at) {
  const auto until = [&](std::string_view closer, std::size_t from) {
    const std::size_t found = sql.find(closer, from);
    return found == std::string_view::npos ? sql.size() : found;
  };
  const char c = sql[at];
  if (sql.substr(at).starts_with("--")) return {until("\n", at), 'c'};
  if (c == '\'' || c == '"') {
    return {std::min(sql.size(), until(std::string_view(&c, 1), at + 1) + 1), c == '"' ? 'q' : 's'};
  }
  if (!IsName(c)) return {at + 1, 0};
  std::size_t end = at;
  bool capitals = true;
  for (; end < sql.size() && IsName(sql[end]); ++end) capitals = capitals && IsUpper(sql[end]);
  return {end, capitals && end - at > 1 ? 'k' : '\0'};
}

}  // namespace

std::string Html(std::string_view text) {
  std::string out;
  for (const char c : Visible(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string HtmlSql(std::string_view sql) {
  std::string out;
  for (std::size_t at = 0; at < sql.size();) {
    const Piece piece = TakePiece(sql, at);
    const std::string text = Html(sql.substr(at, piece.end - at));
    if (piece.kind == 0) {
      out += text;
    } else {
      out += std::string("<span class=") + piece.kind + ">" + text + "</span>";
    }
    at = piece.end;
  }
  return out;
}

}  // namespace zdm
