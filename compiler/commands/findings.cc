// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "compiler/source/code_pages.h"

namespace zdm {
namespace {

std::optional<Place> PlaceOf(const SourceSpan& span, const SourceFiles& files) {
  if (!span.valid()) return std::nullopt;
  const SourcePosition begin = files.Position(span);
  const SourcePosition end =
      files.Position({span.file, std::max(span.end, span.begin + 1), span.end});
  return Place{files.at(span.file).path, begin.line, end.line, begin.column,
               end.line == begin.line ? std::max(end.column, begin.column + 1) : end.column};
}

/// Of "path:line".
std::optional<Place> PlaceOf(const std::string& origin) {
  const std::size_t colon = origin.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  Place place;
  place.path = origin.substr(0, colon);
  std::from_chars(origin.data() + colon + 1, origin.data() + origin.size(), place.line);
  place.end_line = place.line;
  return place;
}

std::string LineText(const Place& place, const SourceFiles& files) {
  for (std::uint32_t file = 0; file < files.size(); ++file) {
    if (files.at(file).path != place.path) continue;
    const std::string& text = files.at(file).text;
    std::size_t at = 0;
    for (std::uint32_t line = 1; line < place.line && at < text.size(); ++line) {
      at = std::min(text.find('\n', at), text.size() - 1) + 1;
    }
    return text.substr(at, text.find('\n', at) - at);
  }
  return "";
}

/// `%`, line ends and, in properties, the separators must not end what they stand in.
std::string Escaped(std::string_view text, bool property) {
  const std::string_view special = property ? "%\r\n:," : "%\r\n";
  std::string out;
  for (const char c : text) {
    const bool escape = special.find(c) != std::string_view::npos;
    out += escape ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return out;
}

std::string WhereText(const RelatedText& related) {
  if (!related.place) return related.text;
  return fmt::format("{}:{}: {}", related.place->path, related.place->line, related.text);
}

}  // namespace

std::vector<Finding> FindingsOf(const Diagnostics& diagnostics, const SourceFiles& files) {
  std::vector<Finding> findings;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    Finding finding;
    const bool error = diagnostic.severity == Severity::kError;
    finding.level = error ? Finding::Level::kError : Finding::Level::kWarning;
    finding.code = ToString(diagnostic.code);
    finding.text = diagnostic.text;
    finding.place = PlaceOf(diagnostic.span, files);
    if (finding.place) finding.line_text = files.Line(diagnostic.span);
    for (const Note& note : diagnostic.notes) {
      finding.related.push_back({note.text, PlaceOf(note.span, files)});
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> FindingsOf(const Plan& plan, const SourceFiles& files) {
  std::vector<Finding> findings;
  std::set<std::pair<std::string, std::string>> seen;
  for (const Step& step : plan.steps) {
    for (const Hazard& hazard : step.hazards) {
      if (!seen.emplace(hazard.code, hazard.object).second) continue;
      Finding finding;
      const bool open = hazard.allowed_by.empty();
      finding.level = open ? Finding::Level::kError : Finding::Level::kAllowed;
      finding.code = hazard.code;
      finding.text = fmt::format("{}: {}", hazard.object, hazard.text);
      finding.place = PlaceOf(step.origin);
      if (finding.place) finding.line_text = LineText(*finding.place, files);
      if (open) {
        finding.related.push_back({fmt::format("write `allow {} {} \"why\";` when a person agrees",
                                               hazard.code, hazard.object),
                                   {}});
      }
      finding.allowed_by = hazard.allowed_by;
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

std::string GithubText(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& finding : findings) {
    const char* level = finding.level == Finding::Level::kError     ? "error"
                        : finding.level == Finding::Level::kWarning ? "warning"
                                                                    : "notice";
    std::string properties;
    if (finding.place) {
      const Place& place = *finding.place;
      properties = fmt::format("file={},line={},endLine={},", Escaped(place.path, true), place.line,
                               place.end_line);
      if (place.column) properties += fmt::format("col={},", *place.column);
      const bool one_line = place.line == place.end_line && place.end_column;
      if (one_line) properties += fmt::format("endColumn={},", *place.end_column);
    }
    const CodePage* page = FindCodePage(finding.code);
    properties +=
        "title=" + Escaped(page == nullptr ? finding.code
                                           : fmt::format("{} {}", finding.code, page->code.title),
                           true);
    std::string text = finding.text;
    for (const RelatedText& related : finding.related) text += "\n" + WhereText(related);
    if (!finding.allowed_by.empty()) text += "\nallowed: " + finding.allowed_by;
    out += fmt::format("::{} {}::{}\n", level, properties, Escaped(text, false));
  }
  return out;
}

}  // namespace zdm
