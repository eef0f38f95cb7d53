"""The grammar of DQDL, after the AWS Glue reference and the grammar that Deequ's own parser uses.

LALR(1). `and` binds tighter than `or`. Two liberties of the AWS grammar are left out because no documented
rule needs them and each makes the language ambiguous: the connector words `of` and `and` between parameters.
"""

GRAMMAR = r"""
start: section*

section: "Metadata" "=" dictionary                          -> metadata
       | DATA_SOURCES "=" dictionary                        -> data_sources
       | "DefaultLabels" "=" labels                         -> default_labels
       | RULES "=" "[" [top ("," top)*] "]"                 -> rules
       | ANALYZERS "=" "[" [analyzer ("," analyzer)*] "]"   -> analyzers
       | IDENT "=" (_single | values)                         -> variable

dictionary: "{" [pair ("," pair)*] "}"
pair: STRING ":" (STRING | "[" STRING ("," STRING)* "]")

?top: and_rule
    | top _OR and_rule                                      -> any_of
?and_rule: atom
         | and_rule _AND atom                               -> all_of
?atom: rule
     | "(" top ")" [_LABELS "=" labels]                     -> group

rule: IDENT param* [condition] [where] (tag | _LABELS "=" labels)*
analyzer: IDENT param*
?param: STRING | IDENT
where: _WHERE STRING
labels: "[" [label ("," label)*] "]"
label: STRING "=" STRING
tag: _WITH IDENT condition

condition: COMPARE value                                    -> compare
         | [NOT] BETWEEN value _AND value                   -> between
         | [NOT] IN (values | VARIABLE)                       -> member
         | [NOT] MATCHES STRING                             -> matches

values: "[" value ("," value)* "]"
?value: sum | _single | date
_single: string | VARIABLE | keyword
string: STRING
keyword: NULL | EMPTY | WHITESPACES_ONLY
date: NOW | "(" NOW SIGN DURATION ")"

?sum: product
    | sum SIGN product                                      -> arithmetic
?product: operand
    | product (TIMES | DIVIDE) operand                      -> arithmetic
?operand: number
    | SIGN operand                                          -> signed
    | call
    | "(" sum ")"                                           -> nested
    | DURATION                                              -> duration
    | SIZE                                                  -> size
number: NUMBER
call: IDENT "(" [sum ("," sum)*] ")"

RULES: "Rules"
ANALYZERS: "Analyzers"
DATA_SOURCES: "DataSources"
_LABELS: "labels"
_WHERE: "where"
_WITH: "with"
_AND.1: /(?:and|AND)\b/
_OR.1: /(?:or|OR)\b/
NOT: "not"
BETWEEN: "between"
IN: "in"
MATCHES: "matches"
NULL.1: /(?:NULL|null)\b/
EMPTY.1: /(?:EMPTY|empty)\b/
WHITESPACES_ONLY.1: /(?:WHITESPACES_ONLY|whitespaces_only)\b/
COMPARE: ">=" | "<=" | "!=" | ">" | "<" | "="
SIGN: "+" | "-"
TIMES: "*"
DIVIDE: "/"
NOW.2: /now\(\s*\)/
DURATION.2: /\d+\s*(?:days|hours|minutes)\b/
SIZE.2: /\d+\s*(?:[KMGT]?B)\b/
NUMBER: /\d+(?:\.\d+)?/
VARIABLE: /\$[A-Za-z][A-Za-z0-9_.]*/
IDENT: /[A-Za-z_][A-Za-z0-9_.]*/
STRING: /"(?:\\.|[^"\\])*"/s

%ignore /\s+/
%ignore /#[^\n]*/
"""
