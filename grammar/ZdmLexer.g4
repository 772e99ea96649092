// Tokens under `dialect postgresql;`: what differs between servers is the quoting and the comments,
// and stands here; the rest is ZdmWords. A lexer for another family imports the same words and uses
// this one's tokenVocab, so that one parser reads both.
lexer grammar ZdmLexer;
import ZdmWords;

// Those of ZdmBackquoteLexer; here these words are names like any other.
tokens { UnclosedComment, UnclosedDollar,
  Auto_increment, Virtual, Invisible, Visible, Ignored, Enforced, Charset, Character, After,
  PlaceFirst, Fulltext, Spatial, Current_timestamp }

@lexer::members {
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
Parameter : '$' [0-9]+ ;

LineComment : ( '//' | '--' ) ~[\r\n]* -> channel(HIDDEN) ;
BlockComment : '/*' { if (TakeCommentBody()) setChannel(HIDDEN); else setType(UnclosedComment); } ;

// Openers whose closers are missing: the rules above did not match.
UnclosedName : '"' ;
UnclosedString : [eE]? '\'' ;
