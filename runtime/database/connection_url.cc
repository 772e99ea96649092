// SPDX-License-Identifier: Apache-2.0
#include "runtime/database/connection_url.h"

#include <fmt/format.h>

#include <cctype>
#include <cstdlib>
#include <utility>
#include <vector>

#include "runtime/database/errors.h"

namespace zdm {
namespace {

[[noreturn]] void Refuse(const std::string& reason) {
  throw DatabaseError(ErrorKind::kUsage, {},
                      fmt::format("the database URL cannot be read: {}", reason));
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string Decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
    if (high < 0 || low < 0) Refuse("a `%` must be followed by two hexadecimal digits");
    if (high == 0 && low == 0) Refuse("`%00` cannot stand in it");
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

/// Takes everything before `separator` (or all) from `text`; the separator goes too.
std::string_view Take(std::string_view& text, std::size_t separator) {
  const std::string_view taken = text.substr(0, separator);
  text.remove_prefix(separator == std::string_view::npos ? text.size() : separator + 1);
  return taken;
}

void ParseAuthority(std::string_view authority, ConnectionUrl& url) {
  if (const std::size_t at = authority.find('@'); at != std::string_view::npos) {
    if (authority.find('@', at + 1) != std::string_view::npos) {
      Refuse("more than one `@`; write that of a user or password as `%40`");
    }
    std::string_view credentials = Take(authority, at);
    url.user = Decoded(Take(credentials, credentials.find(':')));
    url.password = Decoded(credentials);
  }
  // Several hosts ("a:1,b:2") are the server library's business: kept as one text.
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.rfind(':');
  const bool has_port = colon != std::string_view::npos &&
                        (bracket == std::string_view::npos || colon > bracket) &&
                        authority.find(',') == std::string_view::npos;
  if (has_port) {
    url.port = std::string(authority.substr(colon + 1));
    authority = authority.substr(0, colon);
    if (url.port.find_first_not_of("0123456789") != std::string::npos || url.port.size() > 5) {
      Refuse(
          "its port is not a number (is there a `/`, `?` or `#` in the password? write it as "
          "`%2F`, `%3F`, `%23`)");
    }
  }
  url.host = Decoded(authority);
}

void ParseParameters(std::string_view text, ConnectionUrl& url) {
  while (!text.empty()) {
    std::string_view value = Take(text, text.find('&'));
    const std::size_t equals = value.find('=');
    if (equals == std::string_view::npos) Refuse("a parameter after `?` has no `=`");
    const std::string name = Decoded(Take(value, equals));
    url.parameters[name] = Decoded(value);
  }
}

std::optional<Dialect> DialectOfScheme(std::string_view scheme) {
  for (const auto& [name, dialect] : kUrlSchemes) {
    if (name == scheme) return dialect;
  }
  return std::nullopt;
}

bool EndsUrl(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0 || c == '"' || c == '\'' || c == '`' ||
         c == '<' || c == '>';
}

using Span = std::pair<std::size_t, std::size_t>;  // begin, end

/// The passwords in the user part of URLs. Reads an unescaped `@` as part of the password.
void FindInUrls(std::string_view text, std::vector<Span>& spans) {
  for (std::size_t at = text.find("://"); at != std::string_view::npos;
       at = text.find("://", at + 3)) {
    const std::size_t begin = at + 3;
    std::size_t end = begin;
    while (end < text.size() && !EndsUrl(text[end])) ++end;
    const std::string_view url = text.substr(begin, end - begin);
    std::size_t host = url.substr(0, url.find("/?")).rfind('@');
    if (const std::size_t first = url.find('@'); url.find('?') < first) host = first;
    const std::size_t colon = url.find(':');
    if (host == std::string_view::npos || colon == std::string_view::npos || colon > host) continue;
    spans.emplace_back(begin + colon + 1, begin + host);
  }
}

/// The values of `password=`, also as `PGPASSWORD=`, `sslpassword = '...'`, `&password=`.
void FindInParameters(std::string_view text, std::vector<Span>& spans) {
  static constexpr std::string_view kWord = "password";
  for (std::size_t i = 0; i + kWord.size() < text.size(); ++i) {
    bool same = true;
    for (std::size_t k = 0; k < kWord.size() && same; ++k) {
      same = std::tolower(static_cast<unsigned char>(text[i + k])) == kWord[k];
    }
    if (!same) continue;
    std::size_t begin = i + kWord.size();
    while (begin < text.size() && text[begin] == ' ') ++begin;
    if (begin >= text.size() || text[begin] != '=') continue;
    ++begin;
    while (begin < text.size() && text[begin] == ' ') ++begin;
    std::size_t end = begin;
    if (end < text.size() && text[end] == '\'') {
      ++begin;
      for (++end; end < text.size() && text[end] != '\''; ++end) {
        if (text[end] == '\\' && end + 1 < text.size()) ++end;
      }
    } else {
      while (end < text.size() && text[end] != '&' && !EndsUrl(text[end])) ++end;
    }
    spans.emplace_back(begin, end);
  }
}

std::vector<Span> PasswordSpans(std::string_view text) {
  std::vector<Span> spans;
  FindInUrls(text, spans);
  FindInParameters(text, spans);
  return spans;
}

}  // namespace

ConnectionUrl ParseConnectionUrl(std::string_view text) {
  ConnectionUrl url;
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos ||
      text.substr(0, scheme_end).find_first_of("= '") != std::string_view::npos) {
    return url;
  }
  const std::string_view scheme = text.substr(0, scheme_end);
  url.dialect = DialectOfScheme(scheme);
  if (!url.dialect) {
    std::string known;
    for (const auto& entry : kUrlSchemes) {
      known += fmt::format("{}`{}://`", known.empty() ? "" : ", ", entry.first);
    }
    Refuse(fmt::format("its scheme is `{}`; zdm knows {}", scheme, known));
  }
  text.remove_prefix(scheme_end + 3);
  const std::size_t question = text.find('?');
  std::string_view address = text.substr(0, question);
  ParseAuthority(Take(address, address.find('/')), url);
  url.database = Decoded(address);
  if (question != std::string_view::npos) ParseParameters(text.substr(question + 1), url);
  return url;
}

std::string ResolveUrl(std::string_view given) {
  if (!given.empty()) return std::string(given);
  for (const char* name : {"ZDM_DATABASE_URL", "DATABASE_URL"}) {
    // Read before any thread of ours is started.
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  }
  return "";
}

std::string MaskPasswords(std::string_view text) {
  std::string masked(text);
  std::vector<Span> spans = PasswordSpans(text);
  for (std::size_t i = 0; i < masked.size(); ++i) {
    for (const auto& [begin, end] : spans) {
      if (i >= begin && i < end) masked[i] = '\0';
    }
  }
  std::string result;
  for (std::size_t i = 0; i < masked.size(); ++i) {
    if (masked[i] != '\0' || text[i] == '\0') {
      result += masked[i];
    } else if (i == 0 || masked[i - 1] != '\0') {
      result += "***";
    }
  }
  return result;
}

void HidePasswords(int count, char** arguments) {
  for (int i = 0; i < count; ++i) {
    for (const auto& [begin, end] : PasswordSpans(arguments[i])) {
      for (std::size_t k = begin; k < end; ++k) arguments[i][k] = '*';
    }
  }
}

}  // namespace zdm
