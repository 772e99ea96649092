// The language. parse.cc cuts a file into statements (at each `;` or closing brace outside of
// braces; `schema NAME {` and its `}` count as statements of their own) and parses one at a time,
// so `statement` is where parsing starts. SQL inside is only balanced here, never understood.
parser grammar ZdmParser;
options { tokenVocab = ZdmLexer; }

statement
  : dialectStatement EOF
  | schemaOpen EOF
  | schemaComment EOF
  | extension EOF
  | enumType EOF
  | sequence EOF
  | domain EOF
  | table EOF
  | tombstone EOF
  | allow EOF
  | ignore EOF
  ;

dialectStatement : Dialect name Semicolon ;
schemaOpen : Schema name LeftBrace ;
schemaComment : Comment text Semicolon ;

extension : Extension name extensionClause* Semicolon ;
extensionClause
  : Schema name
  | Version text
  | Comment text
  ;

enumType
  : Enum path LeftParen ( enumLabel ( Comma enumLabel )* )? RightParen commentClause? Semicolon ;
enumLabel : text ( Renamed From text )? ;

sequence : Sequence path sequenceClause* Semicolon ;
sequenceClause
  : As type
  | sequenceOption
  | Owned By path
  | Unlogged
  | commentClause
  ;

domain : Domain path As type domainClause* Semicolon ;
domainClause
  : notNull
  | nullable
  | defaultClause
  | collate
  | domainCheck
  | commentClause
  ;
domainCheck : Check ruleName? parenthesized ;

tombstone : Drop ( Table | Schema | Extension | Enum | Sequence | Domain ) path Semicolon ;
allow : Allow Word path text Semicolon ;
ignore : Ignore ( Operator | name | Table | Column | Constraint ) pattern Semicolon ;
pattern : patternPart ( Dot patternPart )* ;
patternPart : ( name | Operator | Number )+ ;

table : Unlogged? Table path LeftBrace tableItem* RightBrace ;

// A mistake in an item is reported, and the next one begins after its `;`.
tableItem
  : primaryKey
  | unique
  | foreignKey
  | check
  | index
  | transition
  | drop
  | tableComment
  | tableOptions
  | column
  ;

column : columnName type columnClause* Semicolon ;
columnClause
  : notNull
  | nullable
  | defaultClause
  | collate
  | identity
  | generated
  | inlinePrimaryKey
  | inlineUnique
  | inlineReferences
  | inlineCheck
  | commentClause
  | renamed
  | charset
  | onUpdate
  | autoIncrement
  | visibility
  | place
  ;
notNull : Not Null onViolation? ;
nullable : Null ;
defaultClause : Default defaultSql ;
collate : Collate path ;
identity
  : Generated ( Always | By Default ) As Identity ( LeftParen sequenceOption* RightParen )? ;
generated : Generated Always As parenthesized ( Stored | Virtual ) ;
inlinePrimaryKey : Primary Key ;
inlineUnique : Unique ( nullsNotDistinct | onViolation )* ;
inlineReferences : References path columnList? referenceClause* ;
inlineCheck : Check parenthesized ( onViolation | enforcement )* ;
renamed : Renamed From name ;
charset : ( Charset | Character Set ) name ;
onUpdate : On Update Current_timestamp ( LeftParen Number? RightParen )? ;
autoIncrement : Auto_increment ;
visibility : Invisible | Visible | Ignored ;
place : PlaceFirst | After name ;

sequenceOption
  : Start With? signedNumber
  | Increment By? signedNumber
  | Minvalue signedNumber
  | Maxvalue signedNumber
  | No ( Minvalue | Maxvalue | Cycle )
  | Cache signedNumber
  | Cycle
  ;
signedNumber : Operator? Number ;

primaryKey : Primary Key ruleName? columnList keyClause* Semicolon ;
unique : Unique ruleName? columnList keyClause* Semicolon ;
keyClause
  : include
  | nullsNotDistinct
  | deferral
  | storage
  | commentClause
  | onViolation
  ;

foreignKey
  : Foreign Key ruleName? columnList References path columnList? foreignKeyClause* Semicolon ;
foreignKeyClause : referenceClause | commentClause ;
referenceClause
  : onAction
  | matching
  | deferral
  | onViolation
  ;
onAction : On Delete action columnList? | On Update action ;
matching : Match ( Full | Simple | Partial ) ;
action : No Action | Restrict | Cascade | Set Null | Set Default ;

check : Check ruleName? parenthesized checkClause* Semicolon ;
checkClause : noInherit | onViolation | commentClause | enforcement ;
noInherit : No Inherit ;
enforcement : Not? Enforced ;

index : ( Unique | Fulltext | Spatial )? Index ruleName? On LeftParen indexElement ( Comma indexElement )* RightParen
  indexClause* Semicolon ;
indexElement
  : ( name | prefix | call | parenthesized ) collate? ( path parenthesized? )? ( Asc | Desc )?
    ( Nulls ( First | PlaceFirst | Last ) )? ;
prefix : name LeftParen Number RightParen ;
call : path LeftParen sqlPart* RightParen ;
indexClause
  : method
  | include
  | nullsNotDistinct
  | storage
  | where
  | commentClause
  | onViolation
  | visibility
  | renamed
  ;

method : Using name ;
where : Where parenthesized ;

tableComment : Comment text Semicolon ;
tableOptions : With LeftParen tableOption ( Comma tableOption )* RightParen Semicolon ;
tableOption : ( name | Collate ) Equals ( signedNumber | name | String ) ;

transition : Transition LeftBrace transitionItem* RightBrace ;
transitionItem
  : fromItem
  | assignment
  | lossy
  | timeZone
  ;
fromItem : From name type Semicolon ;
assignment : ( Up | Down ) name Equals sqlPart+ Semicolon ;
lossy : Lossy text Semicolon ;
timeZone : With Timezone text Semicolon ;

drop
  : Drop Column name ( Semicolon | LeftBrace assignment* RightBrace )
  | Drop ( Index | Constraint ) name Semicolon
  ;

include : Include columnList ;
nullsNotDistinct : Nulls Not Distinct ;
deferral : Deferrable | Not Deferrable | Initially ( Deferred | Immediate ) ;
storage : With LeftParen storageParameter ( Comma storageParameter )* RightParen ;
storageParameter
  : name ( Dot name )? ( Equals ( signedNumber | name | String | On ) )? ;
commentClause : Comment text ;
onViolation : On Violation ( Keep | Reject ) ;
columnList : LeftParen name ( Comma name )* RightParen ;

// Types: their names and words are checked when the schema is resolved.
type : path typePart* ;
typePart
  : LeftParen sqlPart* RightParen
  | LeftBracket Number? RightBracket
  | TypeWord
  | With
  | Without
  ;

// SQL, taken as it stands.
parenthesized : LeftParen sqlPart+ RightParen ;
sqlPart
  : LeftParen sqlPart* RightParen
  | LeftBracket sqlPart* RightBracket
  | ~( LeftParen | RightParen | LeftBracket | RightBracket | LeftBrace | RightBrace | Semicolon
     | Unknown | UnclosedName | UnclosedString | UnclosedComment | UnclosedDollar )
  ;
// As on the server, what a default may hold without parentheses ends before NOT, COLLATE and other
// words that begin a clause.
defaultSql : ( Null | defaultPart ) defaultPart* ;
defaultPart
  : LeftParen sqlPart* RightParen
  | LeftBracket sqlPart* RightBracket
  | Case sqlPart*? End
  | Is Not
  | ~( LeftParen | RightParen | LeftBracket | RightBracket | LeftBrace | RightBrace | Semicolon
     | Comma | Not | Null | Default | Collate | Generated | Primary | Unique | References | Check
     | Comment | Renamed | On | Case | End | Constraint
     | Auto_increment | Virtual | Invisible | Visible | Ignored | Enforced | Charset | Character
     | After | PlaceFirst
     | Unknown | UnclosedName | UnclosedString | UnclosedComment | UnclosedDollar )
  ;

path : name ( Dot name )* ;
name : columnName | Index | Drop ;
ruleName : columnName ;
columnName
  : Word | QuotedName | TypeWord
  | Dialect | Schema | Extension | Enum | Sequence | Domain | Unlogged | Owned | Allow | Ignore | Transition | Comment
  | Version | Renamed | Violation | Keep | Reject | Up | Down | Lossy | Timezone
  | Generated | Always | By | Identity | Stored | Key | Without | Include | Nulls | First | Last
  | Delete | Update | No | Action | Restrict | Cascade | Set | Match | Full | Simple | Partial
  | Deferred | Immediate | Inherit | Start | Increment | Minvalue | Maxvalue | Cache | Cycle | Is
  | Auto_increment | Virtual | Invisible | Visible | Ignored | Enforced | Charset | Character
  | After | PlaceFirst
  ;
text : String | EscapeString | DollarString | QuotedName ;
