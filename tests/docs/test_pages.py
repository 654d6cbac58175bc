"""The pages of the documentation as Markdown: links and their anchors lead somewhere, and every block of code runs."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

import pytest
import yaml

from scripts.apis import apis, source_folders
from scripts.command import ROOT
from scripts.docs.guides import LinkError, _repository, copied
from scripts.docs.installed import install
from scripts.docs.site import HERE, READERS, sources, write_pages
from scripts.generate.__main__ import main as generate
from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings
from tests.readme.examples import at, credentials, output_of
from tests.support.copies import COMPILED

_OWN = {path: path.read_text(encoding="utf-8") for path in sorted((HERE / "pages").glob("*.md"))}
_EXTERNAL = Path(__file__).with_name("external_links.yaml")
_BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
_EXAMPLE = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
_EXAMPLES = [each for text in _OWN.values() for each in _EXAMPLE.findall(text)]
_SESSION = _OWN[HERE / "pages" / "archive.md"]
_COMMAND = 'catalog() { "$PYTHON" -m catalog_jobs "$@"; }\n'
_LINES = [
    line.partition("  #")[0]
    for text in _OWN.values()
    for kind, block in _BLOCK.findall(text)
    if kind == "sh" and text is not _SESSION
    for line in block.splitlines()
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    folder = tmp_path_factory.mktemp("docs")
    write_pages(folder)
    below = folder / "pages"
    return {path.relative_to(below).as_posix(): path.read_text(encoding="utf-8") for path in sorted(below.rglob("*.md"))}


def _anchors(text: str) -> set[str]:
    """Return the names of the sections of a page, as Python-Markdown makes them."""
    found = set[str]()
    for title, given in re.findall(r"^#+ (.*?)(?: \{#([^}]+)\})?$", _BLOCK.sub("", text), re.MULTILINE):
        plain = re.sub(r"[`*\\]|\]\([^)]*\)", "", title)
        found.add(given or re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower()))
    return found


def _external(pages: Mapping[str, str]) -> set[str]:
    """Return the links that leave the site."""
    linked = re.compile(r"\]\(([a-z]+:[^()\s]+)\)|<([a-z]+://[^<>\s]+)>")
    return {a or b for text in pages.values() for a, b in linked.findall(_BLOCK.sub("", text))}


def test_each_link_that_leaves_the_site_is_https_and_known(pages: Mapping[str, str]) -> None:
    found = _external(pages)
    inside = {link for link in found if link.startswith(f"{_repository()}/")}
    known = yaml.safe_load(_EXTERNAL.read_text(encoding="utf-8"))
    specs = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "specs").glob("*.yaml"))
    of_specs = {link for link in found if link in specs}  # each spec vouches for its own
    assert found - inside - of_specs <= set(known) <= found
    assert [link for link, reason in known.items() if len(str(reason).split()) < 4] == []
    form = re.compile(r"https://([a-z0-9-]+\.)+[a-z]{2,}(/[\w./~%#-]*)?")
    assert [link for link in found - of_specs | set(known) if not form.fullmatch(link)] == []


def test_each_link_into_the_repository_is_of_what_it_has(pages: Mapping[str, str]) -> None:
    paths = [
        re.sub(r"^/(blob|tree)/main/|#.*", "", link.removeprefix(_repository()))
        for link in _external(pages)
        if link.startswith(_repository())
    ]
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_each_link_and_its_anchor_lead_somewhere(pages: Mapping[str, str]) -> None:
    wrong = []
    for page, text in pages.items():
        for link in re.findall(r"\]\(([^()\s]+)\)", _BLOCK.sub("", text)):
            if link.startswith(("http://", "https://")):
                continue
            path, _, anchor = link.partition("#")
            target = page if not path else Path(ROOT, PurePosixPath(page).parent, path).resolve().relative_to(ROOT).as_posix()
            if target not in pages or (anchor and anchor not in _anchors(pages[target])):
                wrong.append(f"{page}: {link}")
    assert wrong == []


def test_a_link_to_nothing_is_an_error(tmp_path: Path) -> None:
    page = ROOT / "scripts" / "docs" / "pages" / "index.md"
    (tmp_path / "page.md").write_text("[a](nowhere.md)\n", encoding="utf-8")
    with pytest.raises(LinkError, match=r"the link 'nowhere\.md' leads nowhere"):
        copied(tmp_path / "page.md", "page.md", {page: "index.md"})


def test_each_reader_and_each_api_is_linked_from_the_first_page(pages: Mapping[str, str]) -> None:
    linked = {*re.findall(r"\]\(([^()#\s]+)\)", pages["index.md"])}
    assert {f"{each}.md" for each in READERS} <= linked
    specs = {f"apis/{name}/index.md" for name in apis()}
    assert {each for each in linked if each.startswith("apis/")} <= specs


def test_each_command_that_a_distribution_installs_has_a_page(pages: Mapping[str, str]) -> None:
    projects = [tomllib.loads(path.read_text(encoding="utf-8"))["project"] for path in ROOT.glob("overrides/*/pyproject.toml")]
    commands = {name for each in projects for name in each.get("scripts", ())}
    assert commands <= {PurePosixPath(each).stem for each in pages if each.startswith("reference/")}


def test_every_guide_of_the_repository_is_in_the_site() -> None:
    guides = {
        *ROOT.glob("*.md"),
        *ROOT.glob("scripts/**/README.md"),
        *ROOT.glob("overrides/*/README.md"),
        *ROOT.glob("specs/**/*.md"),
    }
    assert guides | {*_OWN} <= {*sources()}


def test_what_belongs_to_an_item_of_a_list_is_indented_as_the_site_needs_it(tmp_path: Path) -> None:
    source = tmp_path / "page.md"
    source.write_text("Text:\n- one\n  goes on\n\n  ```sh\n  ls\n  ```\n- two\n- three\n\nEnd\n", encoding="utf-8")
    assert copied(source, "page.md", {}).splitlines() == [
        "Text:", "", "- one", "    goes on", "", "    ```sh", "    ls", "    ```", "", "- two", "- three", "", "End",
    ]  # fmt: skip


@pytest.mark.parametrize(("code", "printed"), _EXAMPLES)
def test_each_example_in_python_prints_what_the_page_says(
    code: str, printed: str, tmp_path: Path, mocks_with: Callable[[Settings], Mocks]
) -> None:
    mocks = mocks_with(Settings(speed=1000))
    assert output_of(at(mocks, code), tmp_path, [ROOT, *source_folders()], **credentials(mocks)) == printed


def test_no_block_of_code_is_of_a_kind_that_is_not_run() -> None:
    kinds = [kind for text in _OWN.values() for kind, _ in _BLOCK.findall(text)]
    assert {*kinds} <= {"python", "text", "sh"}
    assert kinds.count("python") == len(_EXAMPLES) > 1


def test_the_commands_of_the_operator_leave_what_the_page_says(tmp_path: Path, mocks_with: Callable[[Settings], Mocks]) -> None:
    commands = "".join(block for kind, block in _BLOCK.findall(_SESSION) if kind == "sh")
    (printed,) = [block for kind, block in _BLOCK.findall(_SESSION) if kind == "text"]
    mocks = mocks_with(Settings(speed=1000))
    script = _COMMAND + at(mocks, commands)
    site = tmp_path / "site"
    site.mkdir()
    install(site)
    environment = {
        **COMPILED,
        **credentials(mocks),
        "PYTHONPATH": os.pathsep.join(map(str, [site, *source_folders()])),
        "PYTHON": sys.executable,
    }
    environment |= {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    done = subprocess.run(["/bin/sh", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.endswith(f"; see night\n  1 rejected: OFFER_HAS_STOCKS\n{printed}"), done.stdout + done.stderr


@pytest.mark.parametrize("line", _LINES)
def test_each_line_for_a_shell_runs(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program, *arguments = shlex.split(line)
    if program == "make":  # what its targets do is tested elsewhere
        command = ["make", "--dry-run", *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return
    monkeypatch.chdir(ROOT)
    assert (program, arguments[:2]) == (".venv/bin/python", ["-m", "scripts.generate"])
    arguments[arguments.index("--out") + 1] = str(tmp_path / "client")
    assert generate(arguments[2:]) == 0
    assert (tmp_path / "client" / "README.md").exists()
