"""Mention: a person called by name in a text, such as @dana."""

import re
from collections.abc import Collection

NAMED = re.compile(r"(?<![\w@./])@([\w.+-]*\w)")


def named_in(text: str, known: Collection[str]) -> list[str]:
    """Names called in a text, of those that are known, each once and in order; capitals do not matter.

    Example:
        >>> named_in("@Dana, see mail@sam.org and ask @luis.", {"dana", "sam", "luis"})
        ['dana', 'luis']
    """
    spelled = {name.lower(): name for name in known}
    found = (spelled.get(match.lower()) for match in NAMED.findall(text))
    return list(dict.fromkeys(name for name in found if name))


def pieces(text: str, known: Collection[str]) -> list[tuple[str, bool]]:
    """A text cut into pieces, each with whether it is a mention; together they are the text.

    Example:
        >>> pieces("ask @luis now", {"luis"})
        [('ask ', False), ('@luis', True), (' now', False)]
    """
    spelled = {name.lower() for name in known}
    found: list[tuple[str, bool]] = []
    end = 0
    for match in NAMED.finditer(text):
        if match[1].lower() in spelled:
            found += [(text[end : match.start()], False), (match[0], True)]
            end = match.end()
    return [piece for piece in [*found, (text[end:], False)] if piece[0]]
