// SPDX-License-Identifier: Apache-2.0
// What the compiler has to say about its input: a sink that collects many findings a run, and their
// rendering with file, line and caret. Nobody throws for a mistake in a .zdm file.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "compiler/source/codes.h"
#include "compiler/source/source_file.h"

namespace zdm {

enum class Severity { kError, kWarning };

struct Note {
  SourceSpan span;  ///< may be invalid: then the note is text only
  std::string text;
  friend bool operator==(const Note&, const Note&) = default;
};

/// Text is lower-case, without a final period, names in backticks: what was seen, then the way out
/// in notes. A finding about a catalog object has no span; its text names the object.
struct Diagnostic {
  Severity severity = Severity::kError;
  Code code;
  SourceSpan span;
  std::string text;
  std::vector<Note> notes;
  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

class Diagnostics {
 public:
  /// Returns the stored diagnostic so that notes can be added:
  /// `diagnostics.Error(codes::kUnknownTable, span, "...").notes.push_back(...)`.
  Diagnostic& Error(Code code, SourceSpan span, std::string text);
  Diagnostic& Warning(Code code, SourceSpan span, std::string text);
  bool HasErrors() const;
  const std::vector<Diagnostic>& all() const { return all_; }

 private:
  std::vector<Diagnostic> all_;
};

struct RenderOptions {
  bool colour = false;
};

/// All findings in order of file and place, as
///   path:line:column: error: text [ZDM1203]
/// with the source line and a caret below, then the notes in the same form.
std::string Render(const Diagnostics& diagnostics, const SourceFiles& files,
                   const RenderOptions& options);

/// The nearest of `candidates` to `name` by edit distance, or "" when none is near.
std::string NearestName(const std::string& name, const std::vector<std::string>& candidates);

}  // namespace zdm
