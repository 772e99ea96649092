// Tokens under `dialect postgresql;`: what differs between servers is the quoting and the comments,
// and stands here; the rest is ZdmWords. A lexer for another family imports the same words and uses
// this one's tokenVocab, so that one parser reads both.
lexer grammar ZdmLexer;
import ZdmWords;

tokens { UnclosedComment, UnclosedDollar }

@lexer::members {
  // Takes the rest of a dollar-quoted text, up to the tag that opened it; false at the end of input.
  bool TakeDollarBody() {
    const auto length = static_cast<ssize_t>(_input->index() - tokenStartCharIndex);
    std::vector<size_t> tag;
    for (ssize_t i = length; i > 0; --i) tag.push_back(_input->LA(-i));
    for (ssize_t taken = 1; _input->LA(1) != antlr4::Token::EOF; ++taken) {
      _input->consume();
      bool closes = taken >= length && _input->LA(-1) == '$';
      for (ssize_t i = length; closes && i > 0; --i) {
        closes = _input->LA(-i) == tag[static_cast<size_t>(length - i)];
      }
      if (closes) return true;
    }
    return false;
  }

  // Takes the rest of a block comment, with those nested in it; false at the end of input.
  bool TakeCommentBody() {
    for (size_t depth = 1; depth > 0;) {
      if (_input->LA(1) == antlr4::Token::EOF) return false;
      const auto first = _input->LA(1);
      _input->consume();
      const bool opens = first == '/' && _input->LA(1) == '*';
      const bool closes = first == '*' && _input->LA(1) == '/';
      if (opens || closes) _input->consume();
      depth += opens ? 1 : 0;
      depth -= closes ? 1 : 0;
    }
    return true;
  }
}

QuotedName : '"' ( ~["\u0000] | '""' )* '"' ;
String : '\'' ( ~['\u0000] | '\'\'' )* '\'' ;
EscapeString : [eE] '\'' ( ~['\\\u0000] | '\'\'' | '\\' . )* '\'' ;
DollarString : '$' ( [A-Za-z_\u0080-\u{10FFFF}] [A-Za-z0-9_\u0080-\u{10FFFF}]* )? '$'
  { if (!TakeDollarBody()) setType(UnclosedDollar); }
  ;
Parameter : '$' [0-9]+ ;

LineComment : ( '//' | '--' ) ~[\r\n]* -> channel(HIDDEN) ;
BlockComment : '/*' { if (TakeCommentBody()) setChannel(HIDDEN); else setType(UnclosedComment); } ;

// Openers whose closers are missing: the rules above did not match.
UnclosedName : '"' ;
UnclosedString : [eE]? '\'' ;
