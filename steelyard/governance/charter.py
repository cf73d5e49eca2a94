"""Charter: all that a company has agreed on about who answers, who meets and by which rules, as plain values."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias, get_args

from steelyard.errors import GovernanceInvalid
from steelyard.governance.data_standard import DataStandard
from steelyard.governance.forum import Forum
from steelyard.governance.matter import Scope, matter_of
from steelyard.governance.ownership import THINGS, Ownership
from steelyard.governance.protocol import DecisionProtocol
from steelyard.governance.raci import RaciRow, letters_of
from steelyard.governance.role import Role

Part = Literal["role", "forum", "row", "ownership", "standard", "protocol"]
PARTS: tuple[Part, ...] = get_args(Part)
Entry: TypeAlias = Role | Forum | RaciRow | Ownership | DataStandard | DecisionProtocol
Body: TypeAlias = Mapping[str, object]
EVERY = ("week", "month", "quarter")


@dataclass(frozen=True)
class Charter:
    """What a company has agreed on."""

    roles: tuple[Role, ...] = ()
    forums: tuple[Forum, ...] = ()
    rows: tuple[RaciRow, ...] = ()
    ownership: tuple[Ownership, ...] = ()
    standards: tuple[DataStandard, ...] = ()
    protocols: tuple[DecisionProtocol, ...] = ()

    def entries(self) -> list[tuple[Part, str, Entry]]:
        """Every entry with its part and its name."""
        parts: tuple[tuple[Part, tuple[Entry, ...]], ...] = (
            ("role", self.roles), ("forum", self.forums), ("row", self.rows),
            ("ownership", self.ownership), ("standard", self.standards), ("protocol", self.protocols),
        )  # fmt: skip
        return [(part, name_of(entry), entry) for part, entries in parts for entry in entries]

    def forum(self, key: str) -> Forum:
        """A forum.

        Raises:
            GovernanceInvalid: There is none of this name.
        """
        for forum in self.forums:
            if forum.key == key:
                return forum
        known = ", ".join(forum.key for forum in self.forums) or "(none)"
        raise GovernanceInvalid(f"There is no forum {key!r}", mend=f"use one of {known}")


def name_of(entry: Entry) -> str:
    """What names an entry within its part."""
    if isinstance(entry, RaciRow):
        return str(entry.matter)
    if isinstance(entry, Ownership):
        return entry.name
    if isinstance(entry, DataStandard):
        return entry.table
    return entry.kind if isinstance(entry, DecisionProtocol) else entry.key


def body_of(entry: Entry) -> dict[str, object]:
    """An entry as plain values, which `entry_of` reads again."""
    if isinstance(entry, RaciRow):
        return {"matter": str(entry.matter), "label": entry.label, "duties": dict(entry.duties)}
    body: dict[str, object] = asdict(entry)
    if isinstance(entry, Ownership):
        body["scope"] = {level: list(members) for level, members in entry.scope.items()}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in body.items()}


def entry_of(part: Part, body: Body) -> Entry:
    """Read an entry from plain values, and check that it makes sense.

    Raises:
        GovernanceInvalid: Something is missing or makes no sense.
    """
    return _READERS[part](body)


def charter_of(entries: list[Entry]) -> Charter:
    """Put entries together, each in its part and in their order."""
    return Charter(
        tuple(e for e in entries if isinstance(e, Role)),
        tuple(e for e in entries if isinstance(e, Forum)),
        tuple(e for e in entries if isinstance(e, RaciRow)),
        tuple(e for e in entries if isinstance(e, Ownership)),
        tuple(e for e in entries if isinstance(e, DataStandard)),
        tuple(e for e in entries if isinstance(e, DecisionProtocol)),
    )


def _role(body: Body) -> Role:
    return Role(_word(body, "key"), _text(body, "label"), _maybe(body, "purpose"), _maybe(body, "follows"))


def _forum(body: Body) -> Forum:
    every = _maybe(body, "every") or "month"
    voters = _words(body, "voters")
    if every not in EVERY:
        raise GovernanceInvalid(f"A forum cannot meet every {every!r}", mend=f"use one of {', '.join(EVERY)}")
    quorum = _number(body, "quorum", 1, 1, 50)
    if quorum > len(voters):
        raise GovernanceInvalid(
            f"A quorum of {quorum:g} cannot be met by {len(voters)} votes", mend="lower it, or add roles with a vote"
        )
    return Forum(
        _word(body, "key"), _text(body, "name"), _maybe(body, "purpose"), _word(body, "chair"), voters,
        _words(body, "guests"), every, int(_number(body, "working_day", 1, 1, 66)),  # type: ignore[arg-type]
        int(_number(body, "minutes", 60, 5, 600)), int(quorum), _words(body, "decides"),
    )  # fmt: skip


def _row(body: Body) -> RaciRow:
    duties = body.get("duties") or {}
    if not isinstance(duties, Mapping):
        raise GovernanceInvalid("Duties are letters by role", mend='write such as {"sales": "R"}')
    spelled = {str(role): letters_of(str(letters)) for role, letters in duties.items()}
    return RaciRow(
        matter_of(_text(body, "matter")),
        _text(body, "label"),
        {r: letters for r, letters in spelled.items() if letters},
    )


def _ownership(body: Body) -> Ownership:
    thing = _text(body, "thing")
    if thing not in THINGS:
        raise GovernanceInvalid(f"Nobody can own a {thing!r}", mend=f"use one of {', '.join(THINGS)}")
    return Ownership(
        thing, _word(body, "key"), _word(body, "role"), _maybe(body, "person"), _scope(body)
    )  # fmt: skip


def _standard(body: Body) -> DataStandard:
    return DataStandard(
        _word(body, "table"), _text(body, "text"), _word(body, "role"),
        _number(body, "least_score", 95.0, 0, 100), int(_number(body, "oldest_days", 5, 0, 366)),
    )  # fmt: skip


def _protocol(body: Body) -> DecisionProtocol:
    return DecisionProtocol(
        _word(body, "kind"), _text(body, "title"), _word(body, "proposes"), _word(body, "forum"),
        int(_number(body, "least_options", 2, 1, 9)), int(_number(body, "notice_days", 2, 0, 60)),
        _words(body, "evidence"), _maybe(body, "record"),
    )  # fmt: skip


_READERS: Mapping[Part, Callable[[Body], Entry]] = {
    "role": _role,
    "forum": _forum,
    "row": _row,
    "ownership": _ownership,
    "standard": _standard,
    "protocol": _protocol,
}


def _maybe(body: Body, name: str) -> str:
    return str(body.get(name) or "").strip()


def _text(body: Body, name: str) -> str:
    text = _maybe(body, name)
    if not text or len(text) > 500:
        raise GovernanceInvalid(f"{name.replace('_', ' ').capitalize()} is missing or too long", mend=f"fill in {name}")
    return text


def _word(body: Body, name: str) -> str:
    word = _text(body, name).lower().replace(" ", "_").replace("-", "_")
    if not word.isidentifier() or len(word) > 60:
        raise GovernanceInvalid(f"{word!r} is no name in snake_case", where=name, mend="use letters, digits and _")
    return word


def _words(body: Body, name: str) -> tuple[str, ...]:
    given = body.get(name) or ()
    if isinstance(given, str) or not isinstance(given, (list, tuple)):
        raise GovernanceInvalid(f"{name.capitalize()} is a list", mend=f"give {name} as a list of words")
    return tuple(str(one).strip() for one in given if str(one).strip())


def _number(body: Body, name: str, usual: float, least: float, most: float) -> float:
    given = body.get(name)
    try:
        number = usual if given in (None, "") else float(str(given))
    except ValueError:
        number = float("nan")
    if not least <= number <= most:
        said = f"{name.replace('_', ' ').capitalize()} is {given!r}"
        raise GovernanceInvalid(said, mend=f"give a number from {least:g} to {most:g}")
    return number


def _scope(body: Body) -> Scope:
    given = body.get("scope") or {}
    if not isinstance(given, Mapping):
        raise GovernanceInvalid("A slice is members by level", mend='write such as {"product_family": ["Scales"]}')
    return {str(level): tuple(str(m) for m in members) for level, members in given.items() if members}
