"""What the API finds wrong with a field, in the operator's language.

The API says it in English. Its usual sentences are known here; others are shown as they came.
"""

import re

from portal.language import _, marked

SENTENCES = (
    marked("is required"),
    marked("must be above zero"),
    marked("must not be zero"),
    marked("must be %(size)s characters"),
    marked("must be at least %(least)s characters"),
    marked("must be at most %(most)s characters"),
    marked("must be at most %(most)s"),
    marked("must be greater than %(low)s"),
    marked("must be greater than %(low)s and less than %(high)s"),
    marked("must be greater than %(low)s and less than or equal to %(high)s"),
    marked("must be greater than or equal to %(low)s"),
    marked("must be greater than or equal to %(low)s and less than %(high)s"),
    marked("must be greater than or equal to %(low)s and less than or equal to %(high)s"),
    marked("must be less than %(high)s"),
    marked("must be less than or equal to %(high)s"),
    marked("must match regex pattern `%(pattern)s`"),
    marked("must contain at least %(least)s item(s)"),
    marked("must contain no more than %(most)s item(s)"),
    marked("must be a valid email address"),
    marked("must not be finer than the currency's minor unit"),
    marked("a language must not stand twice"),
    marked("connector ids must be unique"),
    marked("%(name)s does not exist"),
)
PLACE = re.compile(r"%\((\w+)\)s")


def pattern_of(sentence: str) -> re.Pattern[str]:
    """What matches the sentence, with its values by name."""
    parts = PLACE.split(sentence)
    named = (
        f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)
    )
    return re.compile("".join(named))


# The longest first: one sentence may be the beginning of another.
PATTERNS = {sentence: pattern_of(sentence) for sentence in sorted(SENTENCES, key=len, reverse=True)}


def complaint_words(complaint: str) -> str:
    """The complaint in the page's language."""
    for sentence, pattern in PATTERNS.items():
        if found := pattern.fullmatch(complaint):
            return _(sentence, **found.groupdict())
    return complaint
