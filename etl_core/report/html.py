"""The HTML report of a run: one file that needs nothing else, not even a network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from etl_core.metrics.model import Series
from etl_core.report import wording
from etl_core.report.lineage import graph_of
from etl_core.report.picture import NODE_HEIGHT, NODE_WIDTH, draw
from etl_core.report.records import RunRecord
from etl_core.report.rule_trends import rule_trends
from etl_core.report.timeline import timeline
from etl_core.report.trend import ordered, trends
from etl_core.report.view import by_layer, cards, nodes, slowest, troubled


def render(record: RunRecord, previous: Sequence[RunRecord] = (), metrics: Sequence[Series] = ()) -> str:
    """The report as a whole page. `previous` runs, in any order, give the trends of tables, `metrics` those
    of rules. Every value is escaped; the page forbids itself scripts and requests by a content security
    policy."""
    rows = [row for layer in by_layer(record).values() for row in layer]
    picture = draw(graph_of(record))
    return _template().render(
        record=record,
        cards=cards(record),
        layers=by_layer(record),
        troubled=troubled(record),
        judged=[row for row in rows if row.record.verdicts],
        quarantined=[row for row in rows if row.record.quarantine],
        slowest=slowest(record),
        timeline=timeline(record),
        picture=picture,
        nodes=nodes(record, picture),
        node_size=(NODE_WIDTH, NODE_HEIGHT),
        trends=trends(record, previous),
        rule_trends=rule_trends(metrics),
        runs=ordered(record, previous)[::-1],
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("etl_core.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(number=wording.number, duration=wording.duration, plural=wording.plural)
    environment.filters["safe_line"] = wording.printable
    environment.globals.update(
        words=wording.WORDS,
        symbols=wording.SYMBOLS,
        headline=wording.headline,
        outcome=wording.outcome,
        exit_meaning=wording.exit_meaning,
    )
    return environment.get_template("run.html.j2")
