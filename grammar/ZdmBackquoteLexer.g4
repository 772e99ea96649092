// Tokens under the dialects whose servers quote names with backquotes and escape with backslashes.
// Words that begin a clause only there are tokens only here, so that nothing changes elsewhere.
lexer grammar ZdmBackquoteLexer;
options { tokenVocab = ZdmLexer; }
import ZdmWords;

@lexer::members {
  static bool IsBlank(size_t c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == antlr4::Token::EOF;
  }
  static bool RunsOnServer(const std::string &comment) {
    return comment.rfind("/*!", 0) == 0 || comment.rfind("/*M!", 0) == 0;
  }
}

Auto_increment : A U T O '_' I N C R E M E N T ;
Virtual : V I R T U A L ;
Invisible : I N V I S I B L E ;
Visible : V I S I B L E ;
Ignored : I G N O R E D ;
Enforced : E N F O R C E D ;
Charset : C H A R S E T ;
Character : C H A R A C T E R ;
After : A F T E R ;
PlaceFirst : F I R S T ;
Fulltext : F U L L T E X T ;
Spatial : S P A T I A L ;
Current_timestamp
  : C U R R E N T '_' T I M E S T A M P | N O W | L O C A L T I M E ( S T A M P )?
  ;
NumberWord : ( U N S I G N E D | S I G N E D | Z E R O F I L L ) -> type(TypeWord) ;

QuotedName : '`' ( ~[`\u0000] | '``' )* '`' ;
String
  : '\'' ( ~['\\\u0000] | '\'\'' | '\\' . )* '\''
  | '"' ( ~["\\\u0000] | '""' | '\\' . )* '"'
  ;

// As on the server, `--` begins a comment only before a blank, and comments do not nest.
LineComment : ( '//' | '--' { IsBlank(_input->LA(1)) }? ) ~[\r\n]* -> channel(HIDDEN) ;
// What the server runs although it looks like a comment is none.
BlockComment
  : '/*' .*? '*/'
    { if (RunsOnServer(getText())) setType(Unknown); else setChannel(HIDDEN); }
  ;

// Openers whose closers are missing: the rules above did not match.
UnclosedName : '`' ;
UnclosedString : ['"] ;
UnclosedComment : '/*' ;
