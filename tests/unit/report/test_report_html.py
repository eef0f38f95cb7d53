from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_sample import earlier, few, greatfin

from etl_core.report.html import render
from etl_core.report.records import QuarantineReason, RowCounts
from etl_core.report.timeline import ticks, timeline
from etl_core.report.trend import HEIGHT, WIDTH, ordered, trend

VOID = {"meta", "link", "br", "hr", "img", "input"}
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}</style></title>"


class Page(HTMLParser):
    """Tags, attributes and text; fails on a tag that closes what is not open."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]


@pytest.fixture(scope="module")
def html():
    return render(greatfin(), earlier(12))


def test_the_page_is_well_formed_and_its_ids_are_unique(html):
    page = Page(html)
    assert html.startswith("<!doctype html>")
    assert len(page.ids) == len(set(page.ids))


def test_the_page_needs_nothing_else(html):
    page = Page(html)
    assert not {"script", "iframe", "object", "embed", "img", "base", "form"} & {tag for tag, _ in page.tags}
    for tag, attributes in page.tags:
        for name in ("src", "href", "action", "xlink:href"):
            value = attributes.get(name)
            assert value is None or value.startswith("#") or (tag, value) == ("link", "data:,")
    assert not re.search(r"https?:|url\(|@import", html)
    policy = next(attributes["content"] for _, attributes in page.tags if "http-equiv" in attributes)
    assert policy.startswith("default-src 'none'")


def test_links_within_the_page_lead_somewhere(html):
    page = Page(html)
    targets = {a["href"][1:] for tag, a in page.tags if tag == "a"}
    assert len(targets) > 15
    assert targets <= set(page.ids)


def test_the_page_says_what_happened(html):
    words = Page(html).words
    for text in (
        "1 table failed, 1 table was blocked by a rule and keeps its old data",
        "20261121T074810Z-1a2b3c",
        "environment local",
        "column `net_wealth` cannot be resolved",
        "as before: snapshot 7719",
        "birth_date: '31.02.1987' is not a date (d.M.yyyy)",
        "Column.email.Completeness = 0.9312",
        "238,335",
    ):
        assert text in words


def test_the_rows_of_every_table_add_up_on_the_page(html):
    assert "20,000 = 19,640 37 0 323 20,412 4/5" in Page(html).words
    assert "do not add up" not in html


def test_counts_that_do_not_add_up_are_pointed_out():
    part = greatfin().tables[0].model_copy(update={"rows": RowCounts(read=5, written=4)})
    assert "The counts do not add up." in render(greatfin().model_copy(update={"tables": (part,)}))


def test_hostile_text_anywhere_stays_text():
    part = (
        greatfin()
        .tables[9]
        .model_copy(
            update={
                "table": f"raw.{HOSTILE}",
                "inputs": (f"/x/{HOSTILE}", HOSTILE),
                "stages": {HOSTILE: 1.0},
                "snapshot": HOSTILE,
                "notes": (HOSTILE,),
                "error": HOSTILE,
                "hint": HOSTILE,
                "stage": HOSTILE,
                "data_state": HOSTILE,
                "status": "failed",
                "quarantine": (QuarantineReason(reason=HOSTILE, rows=1),),
                "verdicts": tuple(
                    verdict.model_copy(update={"rule": HOSTILE, "reason": HOSTILE, "metrics": {HOSTILE: 1.0}})
                    for verdict in greatfin().tables[9].verdicts
                ),
            }
        )
    )
    fields = dict.fromkeys(("run_id", "project", "environment", "profile", "strata_version"), HOSTILE)
    page = Page(render(greatfin().model_copy(update={"tables": (part,), **fields}), earlier(2)))
    assert not {"script", "img"} & {tag for tag, _ in page.tags}
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert page.words.count("<script>alert(1)</script>") > 10
    assert "{{7*7}}" in page.words


@few
@given(st.text(max_size=40))
def test_any_text_keeps_the_page_well_formed(text):
    part = greatfin().tables[11].model_copy(update={"error": text, "notes": (text,), "inputs": (text,)})
    Page(render(greatfin().model_copy(update={"tables": (part,), "project": text})))


def test_a_first_run_has_no_history_and_an_empty_one_no_tables():
    first = Page(render(greatfin()))
    assert "runs" not in first.ids
    assert "Rows, time: last runs" not in first.words
    empty = Page(render(greatfin().model_copy(update={"tables": (), "exit_code": 0})))
    assert "No table was part of this run." in empty.words
    assert "lineage" not in empty.ids


def test_every_table_and_source_is_in_the_lineage_picture_with_its_status(html):
    picture = html[html.index('<svg class="lineage"') :]
    assert picture.count('<g class="done"') == 10
    assert picture.count('<g class="skipped"') == 2
    assert picture.count('<g class="source"') == 6
    assert picture.count("<path") == sum(len(part.inputs) for part in greatfin().tables)


def test_bars_of_the_timeline_lie_within_the_run():
    lines = timeline(greatfin())
    assert [bar.table.table for bar in lines.bars][:2] == ["raw.employee", "raw.customer_core1"]
    first = lines.bars[0]
    assert first.left == pytest.approx(100 * 0.4 / 18.4, abs=0.01)
    assert first.width == pytest.approx(100 * first.table.seconds / 18.4, abs=0.01)
    for bar in lines.bars:
        assert bar.left + bar.width <= 100
        assert sum(segment.width for segment in bar.segments) == pytest.approx(bar.width, abs=0.02)
        assert bar.segments[0].left == bar.left


def test_time_outside_the_stages_is_shown_as_other():
    part = greatfin().tables[0].model_copy(update={"seconds": 9.0, "stages": {"read": 2.0}})
    bar = timeline(greatfin().model_copy(update={"tables": (part,)})).bars[0]
    assert [segment.stage for segment in bar.segments] == ["read", "other"]


@few
@given(st.floats(0.001, 1e6))
def test_ticks_are_few_and_within_the_span(span):
    marks = ticks(span)
    assert 1 <= len(marks) <= 11
    assert all(0 <= at <= 100 for at, _ in marks)
    assert marks[0] == (0, "0 s")


@few
@given(st.lists(st.floats(0, 1e9), min_size=2, max_size=20))
def test_a_trend_stays_within_its_picture_and_ends_at_the_last_value(values):
    spark = trend(values, "rows")
    places = [tuple(map(float, pair.split(","))) for pair in spark.points.split()]
    assert len(places) == len(values)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places)
    assert places[-1] == spark.last


def test_a_single_value_is_no_trend():
    assert trend([3.0], "rows") is None


def test_history_leaves_out_runs_that_came_later_and_all_but_the_newest():
    later = greatfin().model_copy(update={"run_id": "20270101T000000Z-000000"})
    runs = ordered(greatfin(), [later, *earlier(30)])
    assert [run.run_id for run in runs] == [run.run_id for run in reversed([greatfin(), *earlier(19)])]
