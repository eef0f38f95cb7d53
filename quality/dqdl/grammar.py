"""The grammar of DQDL, after the AWS Glue reference and the published grammar of its parser (awslabs/dqdl).

LALR(1). `and` binds tighter than `or`. What the published grammar leaves to chance is settled here:
- `and` between parameters (`ReferentialIntegrity of "a" and "b.x"`) connects them when a text or a constant
  follows, and otherwise joins two rules;
- arithmetic: the published parser works from left to right whatever the operators, so `1 + 2 * 3` would be 9
  there; it is refused, and written with brackets;
- a comma between the options of an analyzer (`with bins = 10, rebin = "false"`) is one before `name =`.
A name without quotes begins with a letter or an underscore; any other name is written in quotes.
"""

GRAMMAR = r"""
start: section*

section: METADATA "=" dictionary                            -> metadata
       | DATA_SOURCES "=" dictionary                        -> data_sources
       | DEFAULT_LABELS "=" labels                          -> default_labels
       | RULES "=" "[" [top ("," top)*] "]"                 -> rules
       | ANALYZERS "=" "[" [analyzer ("," analyzer)*] "]"   -> analyzers
       | IDENT "=" (_single | values)                       -> constant

dictionary: "{" [pair ("," pair)*] "}"
pair: STRING ":" (STRING | names)
names: "[" STRING ("," STRING)* "]"

?top: and_rule
    | top _OR and_rule                                      -> any_of
?and_rule: atom
         | and_rule _AND atom                               -> all_of
?atom: rule
     | "(" top ")" [LABELS "=" labels]                      -> group

rule: IDENT param* [condition] [where] (tag | own_labels)*
own_labels: LABELS "=" labels
?param: [_OF | _JOIN] (STRING | IDENT | CONSTANT)
where: _WHERE STRING
labels: "[" [label ("," label)*] "]"
label: STRING "=" STRING
tag: _WITH IDENT condition
   | _WITH IDENT _LISTED values                             -> tag_of_list

analyzer: IDENT param* [_WITH option (_ALSO option)*]
option: IDENT "=" (NUMBER | STRING | IDENT)

condition: COMPARE value                                    -> compare
         | [NOT] BETWEEN value _AND value                   -> between
         | [NOT] IN (values | reference)                    -> member
         | [NOT] MATCHES STRING                             -> matches

values: "[" value ("," value)* "]"
?value: sum | _single | date
_single: string | reference | keyword
string: STRING
reference: CONSTANT
keyword: NULL | EMPTY | WHITESPACES_ONLY
date: NOW | "(" NOW SIGN DURATION ")"

?sum: product
    | sum SIGN operand                                      -> arithmetic
?product: operand
        | product (TIMES | DIVIDE) operand                  -> arithmetic
?operand: number
        | SIGN operand                                      -> signed
        | call
        | "(" sum ")"                                       -> nested
        | duration
        | size
number: NUMBER
duration: DURATION
size: SIZE
call: IDENT "(" [sum ("," sum)*] ")"

METADATA: "Metadata"
DATA_SOURCES: "DataSources"
DEFAULT_LABELS: "DefaultLabels"
RULES: "Rules"
ANALYZERS: "Analyzers"
LABELS: "labels"
_WHERE: "where"
_WITH: "with"
_OF.1: /(?:of|OF)\b/
_JOIN.2: /(?:and|AND)(?=\s*["$])/
_AND.1: /(?:and|AND)\b/
_OR.1: /(?:or|OR)\b/
_LISTED.1: /=(?=\s*\[)/
_ALSO.1: /,(?=\s*[A-Za-z_]\w*\s*=)/
NOT: "not"
BETWEEN: "between"
IN: "in"
MATCHES: "matches"
NULL.1: /(?:NULL|null)\b/
EMPTY.1: /(?:EMPTY|empty)\b/
WHITESPACES_ONLY.1: /(?:WHITESPACES_ONLY|whitespaces_only)\b/
COMPARE: />=|<=|!\s*=|>|<|=/
SIGN: "+" | "-"
TIMES: "*"
DIVIDE: "/"
NOW.2: /now\(\s*\)/
DURATION.2: /\d+\s*(?:days|hours|minutes)\b/
SIZE.2: /\d+\s*(?:[KMGT]?B)\b/
NUMBER: /\d+(?:\.\d+)?/
CONSTANT: /\$[A-Za-z0-9_.]+/
IDENT: /[A-Za-z_][A-Za-z0-9_.]*/
STRING: /"(?:\\.|[^"\\])*"/s

%ignore /\s+/
%ignore /#[^\n]*/
"""
