"""Table: frames as tables of the terminal, as wide as it is, with numbers people can read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"


@dataclass(frozen=True)
class NumberForm:
    """How the numbers of a column are written."""

    decimals: int = 0
    scale: float = 1.0
    percent: bool = False
    signed: bool = False

    def write(self, value: object) -> str:
        """Write a number; nothing and NaN become a dash.

        Example:
            >>> NumberForm(scale=1000.0).write(1234567.0)
            '1,235'
        """
        if not isinstance(value, int | float) or value != value:
            return DASH
        number = value * 100.0 if self.percent else value / self.scale
        if not round(number, self.decimals):
            return "0 %" if self.percent else "0"
        text = f"{number:+,.{self.decimals}f}" if self.signed else f"{number:,.{self.decimals}f}"
        return text.replace("-", MINUS) + (" %" if self.percent else "")


SHARES = ("ratio", "percent")
"""Units whose numbers are shares, written in percent."""


def form_of(unit: str, largest: float, *, signed: bool = False) -> tuple[NumberForm, str]:
    """Choose a form for values of a unit up to a size, and the scale to show with the unit.

    Example:
        >>> form_of("money", 241_300_000.0)[1]
        'k'
    """
    if unit in SHARES:
        return NumberForm(decimals=1, percent=True, signed=signed), "%"
    if largest >= (1e5 if unit == "money" else 1e7):
        return NumberForm(scale=1e3, signed=signed), "k"
    return NumberForm(decimals=0 if largest >= 100 or not largest else 1 if largest >= 10 else 2, signed=signed), ""


def short_number(value: float, unit: str = "", currency: str = "") -> str:
    """A number with three or four digits and a letter, for headlines.

    Example:
        >>> short_number(241_317_000.0, "money", "EUR")
        '241.3 M EUR'
    """
    if value != value:
        return DASH
    if abs(value) < (5e-4 if unit in SHARES else 5e-3):
        return "0"
    if unit in SHARES:
        return f"{value * 100:.1f} %".replace("-", MINUS)
    name = f" {currency}" if unit == "money" and currency else ""
    for size, letter in ((1e9, " bn"), (1e6, " M"), (1e4, " k")):
        if abs(value) >= size:
            scaled = value / (1e3 if letter == " k" else size)
            return f"{scaled:,.1f}{letter}{name}".replace("-", MINUS)
    return f"{value:,.{0 if abs(value) >= 100 else 2}f}{name}".replace("-", MINUS)


def unit_name(unit: str, currency: str = "") -> str:
    """A unit as people read it: money by its currency, hours as h; nothing for shares, which carry their sign.

    Example:
        >>> unit_name("money/unit", "EUR"), unit_name("hours"), unit_name("ratio")
        ('EUR/unit', 'h', '')
    """
    if unit in SHARES:
        return ""
    return "h" if unit == "hours" else unit.replace("money", currency or "money")


def with_unit(value: float, unit: str, currency: str = "") -> str:
    """A headline number with its unit.

    Example:
        >>> with_unit(66_412.0, "units"), with_unit(241_317_000.0, "money", "EUR"), with_unit(0.5, "ratio")
        ('66.4 k units', '241.3 M EUR', '50.0 %')
    """
    text = short_number(value, unit)
    return f"{text} {unit_name(unit, currency)}".rstrip() if text != DASH else text


def draw(
    frame: pl.DataFrame,
    *,
    title: str = "",
    forms: Mapping[str, NumberForm] | None = None,
    labels: Mapping[str, str] | None = None,
    width: int = 100,
    styles: Mapping[str, str] | None = None,
    note: str = "",
    right: Sequence[str] = (),
    wrap: bool = False,
    words: Mapping[str, str] | None = None,
) -> Table:
    """Draw a frame: text on the left, numbers on the right, no more columns than fit.

    Args:
        frame: What to show, row by row.
        title: One line above.
        forms: Form of number columns by name.
        labels: Head of a column by name; the name if not given.
        width: Width to keep to, in characters.
        styles: Style of a column by name.
        note: One line below.
        right: Text columns that hold written numbers.
        wrap: Whether text may run over several lines.
        words: Style of a cell that is exactly this word.
    """
    forms, labels, styles = forms or {}, labels or {}, styles or {}
    cells = {name: _column_text(frame[name], forms.get(name)) for name in frame.columns}
    heads = {name: labels.get(name, name) for name in frame.columns}
    tight = {name for name in frame.columns if frame[name].dtype.is_numeric() or name in right}
    shown, hidden = _fit(heads, cells, tight, width)
    table = _empty_table(title, _caption(note, hidden))
    for name in shown:
        table.add_column(
            Text(heads[name]), justify="right" if name in tight else "left", style=styles.get(name, ""),
            no_wrap=not (wrap and name not in tight), overflow="fold" if wrap else "ellipsis",
        )  # fmt: skip
    for row in range(frame.height):
        table.add_row(*(Text(cells[name][row], style=(words or {}).get(cells[name][row], "")) for name in shown))
    return table


def _empty_table(title: str, caption: str) -> Table:
    return Table(
        title=Text(title, style="bold") if title else None,
        title_justify="left",
        caption=Text(caption) if caption else None,
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        header_style="dim",
        pad_edge=False,
        padding=(0, 1),
    )


def _caption(note: str, hidden: Sequence[str]) -> str:
    if not hidden:
        return note
    which = (
        f"1 more column ({hidden[0]})"
        if len(hidden) == 1
        else (f"{len(hidden)} more columns ({hidden[0]} .. {hidden[-1]})")
    )
    more = f"{which}: widen the terminal or use --json"
    return f"{note}; {more}" if note else more


def _column_text(column: pl.Series, form: NumberForm | None) -> list[str]:
    if form is not None:
        return [form.write(value) for value in column.to_list()]
    return ["" if value is None else _plain_text(value) for value in column.to_list()]


def _plain_text(value: object) -> str:
    return f"{value:,}".replace("-", MINUS) if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _fit(
    heads: Mapping[str, str], cells: Mapping[str, list[str]], tight: Collection[str], width: int
) -> tuple[list[str], list[str]]:
    """Columns that fit: text may shrink to 24 characters, numbers never; the first column is always shown."""
    left, shown = width, list[str]()
    for name in cells:
        needed = _needed(heads[name], cells[name])
        needed = needed if name in tight else min(needed, 24)
        if left < needed and shown:
            break
        shown.append(name)
        left -= needed + 3
    return shown, list(cells)[len(shown) :]


def _needed(head: str, cells: Sequence[str]) -> int:
    return max([len(head), *(len(text) for text in cells)], default=0)


def show_frame(console: Console, frame: pl.DataFrame, **how: object) -> None:
    """Draw a frame on a console, as wide as it is, with an empty line above."""
    console.print()
    console.print(draw(frame, width=console.width, **how))  # type: ignore[arg-type]
