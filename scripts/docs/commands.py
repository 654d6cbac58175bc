"""The reference of a command, from its own help: each command with its usage, its options and its example."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scripts.generate.text.markdown import cell, code, inline

# Any, below: contexts and commands, whose classes Typer does not name.


def command_page(title: str, begins: str, root: Any, name: str) -> str:
    """Return the page of a command and of all commands below it, as Markdown.

    Args:
        title: heading of the page.
        begins: what the page begins with, as Markdown.
        root: the command, as `typer.main.get_command` returns it.
        name: how a shell calls it.
    """
    context = root.make_context(name, [], resilient_parsing=True)
    return "\n\n".join([f"# {title}", begins, *_texts(root, context), *_below(root, context, "##")]) + "\n"


def _below(group: Any, context: Any, level: str) -> Iterator[str]:
    """Yield the sections of the commands of a group."""
    for name in group.list_commands(context) if hasattr(group, "list_commands") else ():
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        inner = command.make_context(name, [], parent=context, resilient_parsing=True)
        yield f"{level} {name} {{#{inner.command_path.lower().replace(' ', '-')}}}"
        yield from _texts(command, inner)
        yield from _below(command, inner, f"{level}#")


def _texts(command: Any, context: Any) -> Iterator[str]:
    """Yield what the help of a command says."""
    yield f"```text\n{command.get_usage(context).removeprefix('Usage: ')}\n```"
    yield from _paragraphs(command.help or "")
    records = [each.get_help_record(context) for each in command.get_params(context)]
    rows = [f"| {cell(code(name))} | {cell(text)} |" for name, text in filter(None, records)]
    if rows:
        yield "\n".join(["| option | meaning |", "|---|---|", *rows])
    yield from _paragraphs(command.epilog or "")


def _paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs of a help text; one with lines that are indented, or marked to be kept, is a block of text."""
    for each in re.split(r"\n\s*\n", text.strip()):
        is_kept = each.startswith("\b") or re.search(r"^(?: {2,}|#|\[)", each, re.MULTILINE)
        example = re.match(r"Example: (.*)", each, re.DOTALL)
        if is_kept:
            kept = each.removeprefix("\b\n")
            yield f"```text\n{kept}\n```"
        elif example:
            yield f"```text\n{' '.join(example[1].split())}\n```"
        elif each:
            yield inline(" ".join(each.split()))
