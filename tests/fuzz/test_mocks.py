"""End to end: a mock that is not as documented is reported with commands that show and repeat it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from scripts.fuzz.__main__ import main
from scripts.fuzz.proof.faults import FAULTS
from scripts.mock.serving import running
from scripts.mock.settings import Settings


def test_a_fault_is_reported_with_commands_that_show_and_repeat_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = next(each for each in FAULTS if each.name == "date-word")
    with running(Settings(speed=1000), wrap=fault.wrap) as mocks:
        served = mocks.served
        url, key = served.urls["shipsidekick_products"], served.credentials["shipsidekick_products"]["SHIPSIDEKICK_API_KEY"]
        known = tmp_path / "known.yaml"
        known.write_text(f"path.productId: {served.known['shipsidekick_products']['path.productId'][0]}\n")
        monkeypatch.setenv("SHIPSIDEKICK_API_KEY", key)
        arguments = ["--url", url, "--writes", "yes", "--cases", "3", "--known", str(known), "--seed", "3"]
        monkeypatch.setattr("scripts.command.PROGRESS_SECONDS", 0.1)
        assert main(["--api=shipsidekick_products", *arguments, "--report", str(tmp_path / "a report")]) == 1
    printed, progress = capsys.readouterr()
    assert re.fullmatch(r"(\d+ s: (starting|shipsidekick_products \d+ requests)\n)+", progress)
    assert "shipsidekick_products: DELETE /products/{productId}: Response violates schema" in printed
    curl = f'curl -H "Authorization: Bearer $SHIPSIDEKICK_API_KEY" -X DELETE {url}/products/'
    assert curl in printed
    repeated = shlex.join(["--api", "shipsidekick_products", *arguments, "--report", str(tmp_path / "a report")])
    assert f"seed 3; again: make fuzz ARGS={shlex.quote(repeated)}\n" in printed
    assert key not in printed
