"""Face: the type a text is set in on paper, and how letters are spelled that it does not hold."""

import re
import unicodedata

_WITH_A_MARK = re.compile(r"LATIN (CAPITAL|SMALL) LETTER ([A-Z]) WITH ")
_SPELLED = {"\u2212": "\u2013", "\u202f": "\u00a0", "\u2192": "to", "\u2264": "<=", "\u2265": ">="}


_GREEK = "αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υy φf χch ψps ωo"
"""Greek letters with the Latin ones that stand for them (ISO 843, type 2)."""
_CYRILLIC = (
    "аa бb вv гg дd еe жzh зz иi йi кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch ъie ыy ь эe юiu яia "
    "ёe єie іi їi ґg ђd јj љlj њnj ћc џdz ўu ѓg ќk ѕdz"
)
"""Cyrillic letters with the Latin ones that stand for them, as in passports (ICAO 9303, part 3)."""
_LATIN = {pair[0]: pair[1:] for pair in f"{_GREEK} {_CYRILLIC}".split()}


def face(*, bold: bool) -> str:
    """The face of a text: one that every reader of PDF has."""
    return "Helvetica-Bold" if bold else "Helvetica"


def spelled(text: str) -> str:
    """Spell a text with the letters of western Europe, the only ones the face holds.

    Other Latin letters lose their marks, Greek and Cyrillic ones are spelled in Latin; the rest become question marks.

    Example:
        >>> spelled("Zürich \u2212 5 %"), spelled("Łódź"), spelled("Λάμψη"), spelled("Весы"), spelled("日本")
        ('Zürich – 5 %', 'Lódz', 'Lampsi', 'Vesy', '??')
    """
    return text if text.isascii() else "".join(_SPELLED.get(letter) or _simple(letter) for letter in text)


def lost(text: str) -> str:
    """Letters of a text that the face neither holds nor spells in others, each once, in their order.

    Example:
        >>> lost("Ok? 日本日"), lost("Łódź")
        ('日本', '')
    """
    strange = dict.fromkeys(letter for letter in text if letter != "?" and not letter.isascii())
    return "".join(letter for letter in strange if not _is_western(letter) and spelled(letter) == "?")


def _simple(letter: str) -> str:
    if _is_western(letter):
        return letter
    bare = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    if bare and _is_western(bare):
        return bare
    latin = _LATIN.get(letter.lower(), _LATIN.get(bare.lower()))
    if latin is not None:
        return latin.capitalize() if letter != letter.lower() else latin
    named = _WITH_A_MARK.match(unicodedata.name(letter, ""))
    return (named[2] if named[1] == "CAPITAL" else named[2].lower()) if named else "?"


def _is_western(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
