"""Face: the type a text is set in on paper, and how letters are spelled that it does not hold."""

import re
import unicodedata

_WITH_A_MARK = re.compile(r"LATIN (CAPITAL|SMALL) LETTER ([A-Z]) WITH ")
_SPELLED = {"\u2212": "\u2013", "\u202f": "\u00a0", "\u2192": "to", "\u2264": "<=", "\u2265": ">="}


def face(*, bold: bool) -> str:
    """The face of a text: one that every reader of PDF has."""
    return "Helvetica-Bold" if bold else "Helvetica"


def spelled(text: str) -> str:
    """Spell a text with the letters of western Europe, the only ones the face holds.

    Other letters lose their marks, and become a question mark when nothing is left of them.

    Example:
        >>> spelled("Zürich \u2212 5 %"), spelled("Łódź"), spelled("日本")
        ('Zürich – 5 %', 'Lódz', '??')
    """
    return text if text.isascii() else "".join(_SPELLED.get(letter) or _simple(letter) for letter in text)


def _simple(letter: str) -> str:
    if _is_western(letter):
        return letter
    bare = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    if bare and _is_western(bare):
        return bare
    named = _WITH_A_MARK.match(unicodedata.name(letter, ""))
    return (named[2] if named[1] == "CAPITAL" else named[2].lower()) if named else "?"


def _is_western(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
