"""How hard Hypothesis looks: at the same few examples each time, or with AMPLINE_HYPOTHESIS=soak at
many, and at others each time."""

import os

import pytest
from hypothesis import HealthCheck, settings

PROFILE = os.environ.get("AMPLINE_HYPOTHESIS", "quick")

settings.register_profile(
    "quick",
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "soak", parent=settings.get_profile("quick"), max_examples=10_000, derandomize=False
)
settings.load_profile(PROFILE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ten thousand examples take their time."""
    if PROFILE == "soak":
        for item in items:
            item.add_marker(pytest.mark.timeout(1_800))
