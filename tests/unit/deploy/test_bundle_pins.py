"""Which packages a runtime lacks, from metadata that is really there: folders as pip leaves them."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.requirements import Requirement

from etl_core.deploy.bundle.pins import Pins, applying, pins
from etl_core.deploy.bundle.runtimes import TargetRuntime, target_runtime
from etl_core.errors import ConfigError


def install(folder: Path, name: str, version: str, *requires: str) -> None:
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    lines = [
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}",
        *(f"Requires-Dist: {r}" for r in requires),
    ]
    (info / "METADATA").write_text("\n".join(lines) + "\n", "utf-8")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def runtime(**preinstalled: str) -> TargetRuntime:
    return TargetRuntime("3.11", ("manylinux2014_x86_64",), "x86_64", preinstalled)


def closure(has: TargetRuntime, *requirements: str) -> Pins:
    return pins([Requirement(text) for text in requirements], has)


def test_what_is_needed_by_what_is_needed_goes_along(site: Path) -> None:
    install(site, "zz-one", "1.2", "zz-two>=2")
    install(site, "zz-two", "2.5", 'zz-three; python_version < "3"', 'zz-four; extra == "more"')
    assert closure(runtime(), "zz_One") == Pins({"zz-one": "1.2", "zz-two": "2.5"}, {})


def test_an_extra_brings_its_own(site: Path) -> None:
    install(site, "zz-one", "1", 'zz-two; extra == "more"')
    install(site, "zz-two", "2")
    assert closure(runtime(), "zz-one[more]").shipped == {"zz-one": "1", "zz-two": "2"}


def test_what_the_runtime_has_is_left_to_it_with_all_it_needs(site: Path) -> None:
    install(site, "zz-one", "9", "zz-two")
    install(site, "zz-two", "2")
    assert closure(runtime(**{"zz-one": "1.5"}), "zz-one>=1") == Pins({}, {"zz-one": "1.5"})


def test_a_version_that_is_too_old_there_is_replaced_whoever_asks_last(site: Path) -> None:
    install(site, "zz-one", "1", "zz-base>=1")
    install(site, "zz-two", "1", "zz-base>=2")
    install(site, "zz-base", "2.1", "zz-deep")
    install(site, "zz-deep", "3")
    expected = {"zz-base": "2.1", "zz-deep": "3", "zz-one": "1", "zz-two": "1"}
    for order in (("zz-one", "zz-two"), ("zz-two", "zz-one")):
        assert closure(runtime(**{"zz-base": "1.0"}), *order) == Pins(expected, {})


def test_packages_that_need_each_other_come_to_an_end(site: Path) -> None:
    install(site, "zz-one", "1", "zz-two")
    install(site, "zz-two", "2", "zz-one")
    assert closure(runtime(), "zz-one").shipped == {"zz-one": "1", "zz-two": "2"}


def test_a_package_that_is_not_here_is_named() -> None:
    with pytest.raises(ConfigError, match="zz-nowhere goes along") as caught:
        closure(runtime(), "zz-nowhere")
    assert caught.value.hint == "pip install zz-nowhere"


def test_another_version_than_asked_for_is_refused(site: Path) -> None:
    install(site, "zz-one", "1")
    with pytest.raises(ConfigError, match=r"zz-one 1 is installed, but zz-one>=2 is needed"):
        closure(runtime(), "zz-one>=2")


def test_markers_are_those_of_the_runtime_not_of_this_machine() -> None:
    lines = [
        "a",
        'b; sys_platform == "win32"',
        'c; python_version >= "3.12"',
        'd; platform_machine == "x86_64" and platform_system == "Linux"',
        'e; extra == "glue"',
        'f; extra == "dev"',
    ]
    assert [one.name for one in applying(lines, runtime(), ("", "glue"))] == ["a", "d", "e"]


def test_the_profile_of_glue_is_known() -> None:
    glue = target_runtime("glue-5.1")
    assert glue.python == "3.11"
    assert glue.platforms[0] == "manylinux_2_34_x86_64"
    assert glue.platforms[-1] == "manylinux2014_x86_64"
    assert "pydantic" not in glue.preinstalled
    with pytest.raises(ConfigError, match="glue-9") as caught:
        target_runtime("glue-9")
    assert "glue-5.1" in caught.value.hint
