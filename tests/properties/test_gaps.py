"""Nothing of the specs of this project is left out, what is left out of another one is named, and one spec stops no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.properties.contract import load, operations_of
from tests.properties.gaps import leave_out
from tests.properties.package import Package

_OURS = "yandex_market_offers"


def test_nothing_is_left_out(package: Package) -> None:
    if package.api.left_out:
        leave_out(package.api, f"nothing tries {'; '.join(package.api.left_out)}")


def test_to_leave_out_something_fails_for_a_spec_of_this_project_alone() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"yandex_market_offers: extend tests/properties: `not`"):
        leave_out(load(_OURS), "`not`")
    with pytest.raises(pytest.skip.Exception, match=r"another: `not`"):
        leave_out(replace(load(_OURS), package="another"), "`not`")


def test_a_spec_that_cannot_be_read_stops_no_other() -> None:
    assert [*operations_of(["no such package", _OURS])] == load(_OURS).operations
    with pytest.raises(KeyError):
        load("no such package")
