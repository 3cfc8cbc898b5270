"""What the text filters look in: words without case and accents."""

import unicodedata


def fold(*words: str) -> str:
    """The words as one text, without regard to case, accents and width: `Café` is `cafe`."""
    text = unicodedata.normalize("NFKD", " ".join(word for word in words if word))
    return "".join(letter for letter in text if not unicodedata.combining(letter)).casefold()
