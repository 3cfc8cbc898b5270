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
    marked("must contain at least %(least)s item(s)"),
    marked("must contain no more than %(most)s item(s)"),
    marked("must be a valid email address"),
    marked("must be in a currency of three capital letters (ISO 4217), such as EUR"),
    marked("repeated value must contain unique items"),
    marked("must not be finer than the currency's minor unit"),
    marked("a language must not stand twice"),
    marked("connector ids must be unique"),
    marked("%(name)s does not exist"),
)
PATTERN = re.compile("(?:must|does not) match regex pattern `(.+)`")
# What the patterns of fields ask for.
WRITTEN = {
    "^[A-Z]{3}$": marked("must be three capital letters, such as EUR"),
    "^[A-Za-z0-9._~-]{1,63}$": marked("must be 1 to 63 letters, digits or . _ ~ -"),
    "^[A-Za-z0-9*_=+|@.-]{1,48}$": marked("must be 1 to 48 letters, digits or * _ = + | @ . -"),
}
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
    if asked := PATTERN.fullmatch(complaint):
        plain = WRITTEN.get(asked[1])
        return _(plain) if plain else _("must be written as %(pattern)s", pattern=asked[1])
    for sentence, pattern in PATTERNS.items():
        if found := pattern.fullmatch(complaint):
            return _(sentence, **found.groupdict())
    return complaint
