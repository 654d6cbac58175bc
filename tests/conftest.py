"""What all tests share: how Hypothesis, and with it Schemathesis, chooses its examples."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

set_hypothesis_home_dir(Path(__file__).parent.parent / ".cache" / "hypothesis")

# `ci`, the default: the same examples in every run, so that a change cannot fail by chance. `explore`: new ones in every run.
# A slow machine fails no test, and a failure prints how to repeat it.
_COMMON = settings(deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", _COMMON, derandomize=True, database=None)
settings.register_profile("explore", _COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
