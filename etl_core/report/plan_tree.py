"""The plan on the terminal: a tree by layer with what each table does, and why."""

from __future__ import annotations

from rich.console import Group
from rich.text import Text
from rich.tree import Tree

from etl_core.names import SYSTEM_PREFIX
from etl_core.plan.asked import Asked
from etl_core.plan.steps import FileRead, Plan, Step, TableRead
from etl_core.report.wording import number, plural, printable
from quality import dqdl

SYMBOLS = {"create": "+", "write": "~", "rebuild": "↻", "wait": "…", "nothing": "○"}
COLOURS = {
    "create": "green",
    "write": "yellow",
    "rebuild": "yellow",
    "wait": "cyan",
    "nothing": "bright_black",
}
WORDS = {
    "create": "create",
    "write": "write",
    "rebuild": "build again",
    "wait": "after its inputs",
    "nothing": "nothing new",
}
_PHRASES = {
    "create": "to create",
    "write": "to write",
    "rebuild": "to build again",
    "wait": "to write if their inputs change",
    "nothing": "with nothing new",
}
OFFLINE = ("?", "unknown", "magenta")


def plan_tree(plan: Plan) -> Group:
    """Title, one branch a layer, one leaf a table, and a closing line of counts."""
    title = Text.assemble((plan.project.config.name, "bold"), f" · {plan.project.environment_name}")
    if plan.asked.rereads:
        title.append(f" · {_asked(plan.asked)}", "magenta")
    if plan.offline:
        title.append(" · offline: catalog and sources not looked at", "magenta")
    tree = Tree(title, guide_style="bright_black")
    for layer, steps in _by_layer(plan).items():
        branch = tree.add(Text(layer, style="bold"))
        for step in steps:
            leaf = branch.add(_headline(step, offline=plan.offline))
            for line in _details(step, _place(plan, step), offline=plan.offline):
                leaf.add(line)
    return Group(tree, Text(), _closing(plan))


def size(value: int) -> str:
    """`812 B`, `1.2 MB`: decimal units, as file managers show them."""
    if value < 1000:
        return f"{value} B"
    amount, units = value / 1000, ["kB", "MB", "GB", "TB"]
    while amount >= 999.95 and len(units) > 1:
        amount, units = amount / 1000, units[1:]
    return f"{amount:.1f} {units[0]}"


def _by_layer(plan: Plan) -> dict[str, list[Step]]:
    layers: dict[str, list[Step]] = {layer: [] for layer in plan.project.config.layers}
    for step in plan.steps:
        layers.setdefault(step.table.layer, []).append(step)
    return {layer: steps for layer, steps in layers.items() if steps}


def _headline(step: Step, *, offline: bool) -> Text:
    symbol, word, colour = SYMBOLS[step.action], WORDS[step.action], COLOURS[step.action]
    if offline:
        symbol, word, colour = OFFLINE
    if step.error:
        symbol, word, colour = "✗", "fails", "red"
    target = step.table.config.target
    history = f" {target.history}" if target.history != "scd1" else ""
    return Text.assemble(
        (f"{symbol} ", colour),
        (step.name.partition(".")[2], "bold"),
        "  ",
        (word, colour),
        (f"  {step.table.format} {target.mode}{history}", "bright_black"),
    )


def _details(step: Step, place: str, *, offline: bool) -> list[Text]:
    reads = () if step.error else step.reads
    lines = [Text(printable(_read(read, place, step.asked, offline=offline))) for read in reads]
    lines += [Text(printable(line.strip()), style="red") for line in step.error.splitlines()]
    remarks = [step.hint, *step.notes] if step.hint else step.notes
    lines += [Text(printable(remark), style="yellow") for remark in remarks]
    lines.append(Text(" · ".join(_layout(step)), style="bright_black"))
    return lines


def _place(plan: Plan, step: Step) -> str:
    """Where the table's files lie; short where that is below the project's folder."""
    path = step.table.source.path if step.table.source else ""
    return path.removeprefix(f"{plan.project.root}/")


def _asked(asked: Asked) -> str:
    window = asked.window
    if window is None:
        return asked.kind
    return f"{asked.kind} of {window.start:%Y-%m-%d %H:%M} to {window.end:%Y-%m-%d %H:%M} UTC"


def _read(read: FileRead | TableRead, place: str, asked: Asked, *, offline: bool) -> str:
    if isinstance(read, TableRead):
        after = f" after snapshot {read.since.snapshot}" if read.mode != "all" and read.since else ""
        return f"reads {read.table}: {read.mode}{after}"
    if offline:
        return f"reads all in {place}" if asked.rebuilds else f"reads what is new in {place}"
    kind = "file" if asked.rereads else "new file"
    if not read.files:
        return f"no {kind}s in {place}"
    volume = size(sum(file.size for file in read.files))
    return f"{plural(len(read.files), kind)}, {volume} in {place}"


def _layout(step: Step) -> list[str]:
    config = step.table.config
    parts = [f"keys {', '.join(config.target.keys)}"] if config.target.keys else []
    if config.target.partition_by:
        parts.append(f"partitioned by {', '.join(config.target.partition_by)}")
    rules = _count_rules(config.quality.rules) + _count_rules(config.quality.table_rules)
    compared = sorted(set(config.quality.references.values()))
    against = f" that compare with {', '.join(compared)}" if compared else ""
    parts.append(f"{plural(rules, 'rule')}{against}" if rules else "no rules")
    system = [name for name in step.system_columns if name.startswith(SYSTEM_PREFIX)]
    added = [name for name in step.system_columns if name not in system]  # by history and soft deletes
    parts += [f"with {', '.join(added)}"] if added else []
    short = ", ".join(name.removeprefix(SYSTEM_PREFIX) for name in system)
    return [*parts, f"{SYSTEM_PREFIX} columns: {short}"]


def _count_rules(text: str | None) -> int:
    return len(dqdl.parse(text).rules) if text else 0


def _closing(plan: Plan) -> Text:
    if plan.offline:
        return Text(plural(len(plan.steps), "table"))
    fails = sum(bool(step.error) for step in plan.steps)
    counted = {
        action: sum(step.action == action and not step.error for step in plan.steps) for action in WORDS
    }
    said = [f"{number(count)} {_PHRASES[action]}" for action, count in counted.items() if count]
    said += [f"{number(fails)} cannot run"] if fails else []
    return Text(f"{plural(len(plan.steps), 'table')}: {', '.join(said)}")
