// The words of the language and what every server's SQL shares: names, numbers, punctuation.
// Imported by the lexer of each dialect; words are recognised in any case.
lexer grammar ZdmWords;

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
}

// What begins a statement or an item.
Dialect : D I A L E C T ;
Schema : S C H E M A ;
Extension : E X T E N S I O N ;
Enum : E N U M ;
Sequence : S E Q U E N C E ;
Domain : D O M A I N ;
Unlogged : U N L O G G E D ;
Table : T A B L E ;
Drop : D R O P ;
Allow : A L L O W ;
Ignore : I G N O R E ;
Index : I N D E X ;
Column : C O L U M N ;
Constraint : C O N S T R A I N T ;
Transition : T R A N S I T I O N ;
Comment : C O M M E N T ;

// Clauses of our own.
Version : V E R S I O N ;
Renamed : R E N A M E D ;
Violation : V I O L A T I O N ;
Keep : K E E P ;
Reject : R E J E C T ;
Up : U P ;
Down : D O W N ;
Lossy : L O S S Y ;
Timezone : T I M E Z O N E ;

// Clauses in the words of SQL.
Not : N O T ;
Null : N U L L ;
Default : D E F A U L T ;
Collate : C O L L A T E ;
Generated : G E N E R A T E D ;
Always : A L W A Y S ;
By : B Y ;
As : A S ;
Identity : I D E N T I T Y ;
Stored : S T O R E D ;
Primary : P R I M A R Y ;
Foreign : F O R E I G N ;
Key : K E Y ;
Unique : U N I Q U E ;
Check : C H E C K ;
References : R E F E R E N C E S ;
On : O N ;
From : F R O M ;
With : W I T H ;
Without : W I T H O U T ;
Using : U S I N G ;
Include : I N C L U D E ;
Where : W H E R E ;
Asc : A S C ;
Desc : D E S C ;
Nulls : N U L L S ;
First : F I R S T ;
Last : L A S T ;
Distinct : D I S T I N C T ;
Delete : D E L E T E ;
Update : U P D A T E ;
No : N O ;
Action : A C T I O N ;
Restrict : R E S T R I C T ;
Cascade : C A S C A D E ;
Set : S E T ;
Match : M A T C H ;
Full : F U L L ;
Simple : S I M P L E ;
Partial : P A R T I A L ;
Deferrable : D E F E R R A B L E ;
Initially : I N I T I A L L Y ;
Deferred : D E F E R R E D ;
Immediate : I M M E D I A T E ;
Inherit : I N H E R I T ;
Start : S T A R T ;
Increment : I N C R E M E N T ;
Minvalue : M I N V A L U E ;
Maxvalue : M A X V A L U E ;
Cache : C A C H E ;
Cycle : C Y C L E ;
Owned : O W N E D ;
Case : C A S E ;
End : E N D ;
Is : I S ;

// The further words of types of several words.
TypeWord
  : V A R Y I N G | P R E C I S I O N | T I M E | Z O N E | Y E A R | M O N T H | D A Y | H O U R
  | M I N U T E | S E C O N D | T O | A R R A Y | C H A R A C T E R | C H A R
  ;

Word : WordStart WordPart* ;
DollarString : '$' ( [A-Za-z_\u0080-\u{10FFFF}] [A-Za-z0-9_\u0080-\u{10FFFF}]* )? '$'
  { if (!TakeDollarBody()) setType(UnclosedDollar); }
  ;
Number
  : Digit+ ( '.' Digit* )? Exponent?
  | '.' Digit+ Exponent?
  | '0' [xXoObB] [0-9a-fA-F_]+
  ;

Semicolon : ';' ;
Comma : ',' ;
Dot : '.' ;
Equals : '=' ;
LeftParen : '(' ;
RightParen : ')' ;
LeftBracket : '[' ;
RightBracket : ']' ;
LeftBrace : '{' ;
RightBrace : '}' ;
Operator : [-+*/<>~!@#%^&|`?:\\$] ;

Space : [ \t\r\n\f\u000B]+ -> skip ;

// Whatever no rule knows.
Unknown : . ;

fragment WordStart : [A-Za-z_\u0080-\u{10FFFF}] ;
fragment WordPart : WordStart | Digit | '$' ;
fragment Digit : [0-9] ;
fragment Exponent : [eE] [-+]? Digit+ ;
fragment A : [aA] ;
fragment B : [bB] ;
fragment C : [cC] ;
fragment D : [dD] ;
fragment E : [eE] ;
fragment F : [fF] ;
fragment G : [gG] ;
fragment H : [hH] ;
fragment I : [iI] ;
fragment J : [jJ] ;
fragment K : [kK] ;
fragment L : [lL] ;
fragment M : [mM] ;
fragment N : [nN] ;
fragment O : [oO] ;
fragment P : [pP] ;
fragment Q : [qQ] ;
fragment R : [rR] ;
fragment S : [sS] ;
fragment T : [tT] ;
fragment U : [uU] ;
fragment V : [vV] ;
fragment W : [wW] ;
fragment X : [xX] ;
fragment Y : [yY] ;
fragment Z : [zZ] ;
