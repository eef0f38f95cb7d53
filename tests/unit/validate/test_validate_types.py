from __future__ import annotations

import pytest

from etl_core.validate.spark_types import TypeProblem, parse_type


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("int", "int"),
        (" INTEGER ", "int"),
        ("long", "bigint"),
        ("decimal", "decimal"),
        ("decimal(38)", "decimal"),
        ("Decimal( 12 , 2 )", "decimal"),
        ("numeric(5,5)", "decimal"),
        ("varchar(20)", "varchar"),
        ("timestamp_ltz", "timestamp"),
        ("array<array<int>>", "array"),
        ("map<string, array<decimal(10,2)>>", "map"),
        ("struct<a:int,b:string>", "struct"),
        ("struct<a int NOT NULL COMMENT 'it''s', `b c`: struct<date: date, map: map<int,int>>>", "struct"),
        ("struct<not: int not null, null: int>", "struct"),
    ],
)
def test_types(text: str, name: str) -> None:
    assert parse_type(text.replace("''", "")).name == name


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("strng", "unknown type `strng`", "did you mean 'string'?"),
        ("array<strng>", "unknown type `strng`", "did you mean 'string'?"),
        ("interval", "unknown type `interval`", ""),
        ("int(5)", "`int` takes no number in brackets", "write int"),
        ("decimal(39)", "`decimal` has 1 to 38 digits, and no more of them behind the point", ""),
        ("decimal(2,3)", "`decimal` has 1 to 38 digits, and no more of them behind the point", ""),
        ("decimal(1,2,3)", "`decimal` takes up to two numbers", "write decimal(12,2)"),
        ("varchar", "`varchar` takes one number", "write varchar(20)"),
        ("char(0)", "`char` needs a length of at least 1", ""),
        ("array", "`array` is not complete", "write array<type>"),
        ("array<a: int>", "`array` is not complete", "write array<type>"),
        ("map<int>", "`map` is not complete", "write map<key type, value type>"),
        ("map<map<int,int>,int>", "the key of a map cannot be a map", ""),
        ("struct<int>", "`struct` is not complete", "write struct<name: type, ...>"),
        ("struct<>", "`struct` is not complete", ""),
        ("string<int>", "`string` takes no types in <>", "struct"),
        ("array<int", "`array<int` is no Spark type: wrong from character 10", "for example"),
        ("a b", "`a b` is no Spark type: wrong from character 3", "for example"),
        ("", "`` is no Spark type: wrong from character 1", "for example"),
        ("int; drop table x", "`int; drop table x` is no Spark type: wrong from character 4", ""),
    ],
)
def test_what_is_no_type(text: str, message: str, hint: str) -> None:
    with pytest.raises(TypeProblem) as caught:
        parse_type(text)
    assert caught.value.message == message
    assert hint in caught.value.hint
