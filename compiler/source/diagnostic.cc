// SPDX-License-Identifier: Apache-2.0
#include "compiler/source/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>

namespace zdm {
namespace {

struct Colours {
  std::string_view bold, error, warning, note, caret, reset;
};

constexpr Colours kPlain{};
constexpr Colours kAnsi{"\x1b[1m",    "\x1b[1;31m", "\x1b[1;35m",
                        "\x1b[1;36m", "\x1b[1;32m", "\x1b[0m"};

/// How many columns a terminal gives `text`: a code point each, tabs as one blank (see Excerpt).
std::size_t Width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

/// The source line and the caret line below it.
std::string Excerpt(const SourceFiles& files, const SourceSpan& span, const Colours& colours) {
  std::string line(files.Line(span));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20U; }, ' ');
  const SourcePosition position = files.Position(span);
  const std::size_t before = position.column - 1;
  std::size_t offset = 0;  // of the span's first byte within the line
  for (std::size_t columns = 0; offset < line.size(); ++offset) {
    if (Width(line.substr(offset, 1)) == 1 && columns++ == before) break;
  }
  const std::size_t bytes = span.end > span.begin ? span.end - span.begin : 1;
  const std::string_view marked = std::string_view(line).substr(offset, bytes);
  const std::size_t width = std::max<std::size_t>(1, Width(marked));
  return fmt::format("  {}\n  {}{}^{}{}\n", line, std::string(before, ' '), colours.caret,
                     std::string(width - 1, '~'), colours.reset);
}

std::string RenderPart(const SourceFiles& files, const SourceSpan& span, std::string_view label,
                       std::string_view label_colour, std::string_view text,
                       const Colours& colours) {
  std::string out;
  if (span.valid()) {
    const SourcePosition position = files.Position(span);
    out += fmt::format("{}{}:{}:{}:{} ", colours.bold, files.at(span.file).path, position.line,
                       position.column, colours.reset);
  }
  out += fmt::format("{}{}:{} {}\n", label_colour, label, colours.reset, text);
  if (span.valid()) out += Excerpt(files, span, colours);
  return out;
}

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

}  // namespace

Diagnostic& Diagnostics::Error(Code code, SourceSpan span, std::string text) {
  return all_.emplace_back(Diagnostic{Severity::kError, code, span, std::move(text), {}});
}

Diagnostic& Diagnostics::Warning(Code code, SourceSpan span, std::string text) {
  return all_.emplace_back(Diagnostic{Severity::kWarning, code, span, std::move(text), {}});
}

bool Diagnostics::HasErrors() const {
  return std::any_of(all_.begin(), all_.end(),
                     [](const Diagnostic& d) { return d.severity == Severity::kError; });
}

std::string Render(const Diagnostics& diagnostics, const SourceFiles& files,
                   const RenderOptions& options) {
  std::vector<const Diagnostic*> sorted;
  for (const Diagnostic& diagnostic : diagnostics.all()) sorted.push_back(&diagnostic);
  std::stable_sort(sorted.begin(), sorted.end(), [](const Diagnostic* a, const Diagnostic* b) {
    return std::pair(a->span.file, a->span.begin) < std::pair(b->span.file, b->span.begin);
  });
  const Colours& colours = options.colour ? kAnsi : kPlain;
  std::string out;
  for (const Diagnostic* diagnostic : sorted) {
    const bool error = diagnostic->severity == Severity::kError;
    out +=
        RenderPart(files, diagnostic->span, error ? "error" : "warning",
                   error ? colours.error : colours.warning,
                   fmt::format("{} [{}]", diagnostic->text, ToString(diagnostic->code)), colours);
    for (const Note& note : diagnostic->notes) {
      out += RenderPart(files, note.span, "note", colours.note, note.text, colours);
    }
  }
  return out;
}

std::string NearestName(const std::string& name, const std::vector<std::string>& candidates) {
  std::string nearest;
  std::size_t best = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    if (candidate == name) continue;
    const std::size_t distance = EditDistance(Lower(name), Lower(candidate));
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace zdm
