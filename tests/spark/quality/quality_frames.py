"""Small frames full of what goes wrong, each with a column `key` that tells its rows apart."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession

# key, i, x, s, u, d, t, b
_PEOPLE = """
    (1, 1, 1.5D, 'Ann', 'é', date'2024-01-01', timestamp'2024-01-01 23:30:00', true),
    (2, 2, CAST('NaN' AS DOUBLE), '', 'straße', date'2024-02-29', NULL, false),
    (3, 2, NULL, NULL, NULL, NULL, timestamp'2025-03-09 12:30:00', NULL),
    (4, 4, 4.0D, '  ', '日本語', date'2024-01-01', timestamp'2025-01-01 10:00:00', true),
    (5, NULL, -1.0D, 'b c', '👍👍', date'1999-12-31', timestamp'1999-12-31 00:00:00', true),
    (6, 0, -0.0D, 'NULL', 'E\\u0301', date'2024-01-02', timestamp'2024-01-02 00:00:00', false),
    (7, 7, 0.1D, ' Ann', 'İ', date'2030-01-01', timestamp'2030-01-01 00:00:00', NULL),
    (8, -8, 1e300D, 'O\\'x', 'a|b', date'2024-01-01', timestamp'2024-01-01 00:00:01', true)
"""
_NUMBERS = """
    (1, 1Y,   100S, 9007199254740993L,    CAST(0.1 AS FLOAT), 0.10BD,  12345678901234567890.123456789BD),
    (2, 2Y,   200S, 9007199254740992L,    CAST(0.2 AS FLOAT), 0.20BD,  NULL),
    (3, NULL, 200S, -9223372036854775808L, NULL,              0.30BD,  -1.5BD),
    (4, 2Y,   NULL, 9223372036854775807L, CAST('NaN' AS FLOAT), NULL,  0BD)
"""
_TIMES = """
    (1, date'2024-01-01', timestamp'2024-01-01 00:00:00', '2024-01-01'),
    (2, date'2023-12-31', timestamp'2023-12-31 23:59:59', ' 2024-01-01'),
    (3, date'2024-01-02', timestamp'2024-01-02 04:59:59', '01/02/2024'),
    (4, NULL,             NULL,                           NULL),
    (5, date'0001-01-01', timestamp'1582-10-15 00:00:00', '2024-13-01'),
    (6, date'9999-12-31', timestamp'2262-01-01 00:00:00', '')
"""
_COLUMNS = {
    "people": "(key, i, x, s, u, d, t, b)",
    "numbers": "(key, tiny, small, big, f, dec, wide)",
    "times": "(key, day, at, spelt)",
}


def lean(session: SparkSession, zone: str = "UTC") -> SparkSession:
    """For large plans on small frames: nothing is compiled, nothing is spread, a query is one job."""
    for name, value in {
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.session.timeZone": zone,
    }.items():
        session.conf.set(name, value)
    return session


def frame(name: str, session: SparkSession) -> DataFrame:
    """Each is evaluated once, so that what is judged is the judging."""
    if name == "empty":
        return frame("people", session).limit(0).localCheckpoint()
    if name == "names":
        return frame("people", session).selectExpr(
            "key",
            "i AS `with space`",
            "i AS `select`",
            's AS `quo"ted`',
            "s AS `it's`",
            "i AS `Größe`",
            "i AS `a-b`",
            "NAMED_STRUCT('city', s, 'no', i) AS home",
            "s AS `1st`",
            "CAST(NULL AS STRING) AS nothing",
        )
    values = {"people": _PEOPLE, "numbers": _NUMBERS, "times": _TIMES}[name]
    return session.sql(f"SELECT * FROM VALUES {values} AS t{_COLUMNS[name]}").localCheckpoint()
