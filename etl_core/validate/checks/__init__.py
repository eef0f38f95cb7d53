"""One file a check: each has `check(project) -> Iterable[Problem]` and is found by package scan."""
