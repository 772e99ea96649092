// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "compiler/format/layout.h"

namespace zdm::layout {
namespace {

constexpr std::size_t kIndent = 2;
/// Longer ones do not move their neighbours.
constexpr std::size_t kWidestName = 40;
constexpr std::size_t kWidestCode = 80;

/// Lines from `begin` on that are laid out together: [begin, result).
std::size_t EndOfRun(const std::vector<Line>& lines, std::size_t begin) {
  std::size_t end = begin + 1;
  for (std::size_t i = end; i < lines.size() && !lines[i].blank_before; ++i) {
    if (lines[i].depth != lines[begin].depth) break;
    if (lines[i].align == lines[begin].align) {
      end = i + 1;
    } else if (!lines[i].comment_only) {
      break;
    }
  }
  return end;
}

/// Of one cell in all lines of a run.
std::size_t Widest(const std::vector<Line>& lines, std::size_t begin, std::size_t end,
                   std::size_t cell) {
  std::size_t widest = 0;
  for (std::size_t i = begin; i < end; ++i) {
    if (lines[i].align == Line::Align::kNone || cell + 1 >= lines[i].cells.size()) continue;
    const std::size_t width = Width(lines[i].cells[cell]);
    if (width <= kWidestName) widest = std::max(widest, width);
  }
  return widest;
}

void JoinCells(std::vector<Line>& lines, std::size_t begin, std::size_t end) {
  const auto aligned =
      std::count_if(lines.begin() + static_cast<std::ptrdiff_t>(begin),
                    lines.begin() + static_cast<std::ptrdiff_t>(end),
                    [](const Line& line) { return line.align != Line::Align::kNone; });
  const bool columns = lines[begin].align == Line::Align::kColumn;
  const std::size_t apart = columns && aligned > 1 ? 2 : 1;
  std::vector<std::size_t> widths;
  for (std::size_t cell = 0; cell < 2; ++cell) widths.push_back(Widest(lines, begin, end, cell));
  for (std::size_t i = begin; i < end; ++i) {
    Line& line = lines[i];
    if (line.align == Line::Align::kNone) continue;
    std::string joined;
    for (std::size_t cell = 0; cell < line.cells.size(); ++cell) {
      joined += line.cells[cell];
      if (cell + 1 == line.cells.size()) break;
      const bool pads = cell == 0 || line.cells.size() == 3;
      const std::size_t width = std::max(Width(line.cells[cell]), pads ? widths[cell] : 0);
      const bool wide = Width(line.cells[cell]) > kWidestName;
      joined += std::string(wide ? 1 : width - Width(line.cells[cell]) + apart, ' ');
    }
    line.cells = {joined};
  }
}

bool TakesComment(const Line& line) {
  return !line.comment.empty() && !line.comment_only && line.more.empty();
}

std::size_t CodeWidth(const Line& line) {
  return line.depth * kIndent + Width(line.cells[0]);
}

/// Blanks before the comments behind neighbouring lines.
void AlignComments(std::vector<Line>& lines) {
  for (std::size_t begin = 0; begin < lines.size();) {
    std::size_t end = begin;
    std::size_t widest = 0;
    for (; end < lines.size() && TakesComment(lines[end]); ++end) {
      const bool apart = lines[end].blank_before || lines[end].depth != lines[begin].depth;
      if (end > begin && apart) break;
      const std::size_t width = CodeWidth(lines[end]);
      if (width <= kWidestCode) widest = std::max(widest, width);
    }
    for (std::size_t i = begin; i < end; ++i) {
      const std::size_t width = CodeWidth(lines[i]);
      lines[i].cells[0] += std::string(std::max(widest, width) - width + 2, ' ') + lines[i].comment;
      lines[i].comment.clear();
    }
    begin = std::max(end, begin + 1);
  }
}

/// Tables and schemas stand apart, with the comments right above them.
void SetBlocksApart(std::vector<Line>& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].block) continue;
    if (!lines[i].opens) {
      const bool last = i + 1 == lines.size() || lines[i + 1].cells[0] == "}";
      if (!last) lines[i + 1].blank_before = true;
      continue;
    }
    std::size_t first = i;
    while (first > 0 && !lines[first].blank_before && lines[first - 1].comment_only &&
           lines[first - 1].depth == lines[i].depth) {
      --first;
    }
    if (first > 0 && !lines[first - 1].opens) lines[first].blank_before = true;
  }
}

}  // namespace

std::size_t Width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string Aligned(std::vector<Line> lines) {
  SetBlocksApart(lines);
  for (std::size_t begin = 0; begin < lines.size();) {
    const bool aligns = lines[begin].align != Line::Align::kNone;
    const std::size_t end = aligns ? EndOfRun(lines, begin) : begin + 1;
    if (aligns) JoinCells(lines, begin, end);
    begin = end;
  }
  AlignComments(lines);
  std::string text;
  for (const Line& line : lines) {
    if (line.blank_before) text += '\n';
    text += std::string(line.depth * kIndent, ' ') + line.cells[0];
    for (const std::string& more : line.more) text += "\n" + more;
    if (!line.comment.empty()) text += "  " + line.comment;
    text += '\n';
  }
  return text;
}

}  // namespace zdm::layout
