"""How hard Hypothesis looks: quickly by default, long with AMPLINE_HYPOTHESIS=soak."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "quick", max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("soak", parent=settings.get_profile("quick"), max_examples=10_000)
settings.load_profile(os.environ.get("AMPLINE_HYPOTHESIS", "quick"))
