"""Nothing of the specs of this project is left out, and what is left out of another one is named."""

from __future__ import annotations

from tests.properties.gaps import leave_out
from tests.properties.package import Package


def test_nothing_is_left_out(package: Package) -> None:
    if package.api.left_out:
        leave_out(package.api, f"nothing tries {'; '.join(package.api.left_out)}")
