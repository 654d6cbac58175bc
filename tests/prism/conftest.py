"""One Prism for each spec, for as long as its tests run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from scripts.apis import apis
from scripts.tools.prism import PrismError, serving
from tests.prism.peer import Peer
from tests.properties.contract import Api, operations_of
from tests.properties.package import Package
from tests.support.ways import WAYS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of each operation, or of each of its documented responses, or of each example of those.

    The ways to call take turns: that both clients read all of them is shown without Prism.
    """
    wanted = metafunc.fixturenames
    names = [name for name in ("peer", "operation", "response", "example", "way") if name in wanted]
    if not names:
        return
    cases: list[Any] = []
    for operation in operations_of(apis()):
        for response in operation.responses.values() if "response" in names else [None]:
            for example in response.examples if response and "example" in names else [None]:
                way = WAYS[len(cases) % len(WAYS)]
                given = {"peer": operation.api, "operation": operation, "response": response, "example": example, "way": way}
                shown = "-".join(str(each) for each in (operation, response and response.status, example, response and way) if each)
                cases.append(pytest.param(*(given[name] for name in names), id=shown))
    metafunc.parametrize(names, cases, indirect=["peer"], scope="session")


@pytest.fixture(scope="session")
def peer(request: pytest.FixtureRequest) -> Iterator[Peer]:
    """Prism with the spec of an API, and the clients of its package."""
    api: Api = request.param
    package = Package(api, None)
    try:
        with serving(apis()[api.package].spec) as url:
            opened = Peer(package, url)
            yield opened
            opened.close()
        with pytest.raises(httpx2.ConnectError):  # it has ended
            httpx2.get(url, trust_env=False)
    except PrismError as error:
        pytest.fail(str(error), pytrace=False)
    finally:
        package.close()
