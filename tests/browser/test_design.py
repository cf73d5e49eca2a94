"""Design: what the style sheets and templates promise, checked without a browser."""

import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[2] / "steelyard" / "web"
TOKENS = (WEB / "ui" / "static" / "ui" / "tokens.css").read_text(encoding="utf-8")
TEMPLATES = sorted(WEB.glob("*/templates/**/*.html"))
STYLES = sorted((WEB / "ui" / "static" / "ui").glob("*.css"))
MODULES = sorted((WEB / "ui" / "static" / "ui").glob("**/*.js"))
READ_ON = {
    "surface": ("ink", "ink-2", "ink-3", "accent", "edit", "changed", "alert", "good", "scenario"),
    "ground": ("ink", "ink-2", "ink-3", "accent"),
    "sunken": ("ink", "ink-2", "ink-3"),
    "changed-soft": ("changed",),
    "alert-soft": ("alert",),
    "good-soft": ("good",),
    "scenario-soft": ("scenario",),
    "edit-soft": ("edit",),
    "accent-soft": ("accent-strong",),
    "accent": ("on-accent",),
}
PAIRS = [(ground, ink) for ground, inks in READ_ON.items() for ink in inks]


def colour(name: str, theme: int) -> str:
    """Colour of a token, `theme` 0 light, 1 dark."""
    match = re.search(rf"--{name}: light-dark\((#[0-9a-f]{{6}}), (#[0-9a-f]{{6}})\)", TOKENS)
    assert match, name
    return match[theme + 1]


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ground", "ink"), PAIRS)
def test_words_stand_out_from_their_ground(ground: str, ink: str, theme: int) -> None:
    assert contrast(colour(ground, theme), colour(ink, theme)) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_edges_of_fields_stand_out(theme: int) -> None:
    assert contrast(colour("surface", theme), colour("outline", theme)) >= 3


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_inline_script_or_style(path: Path) -> None:
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.findall(r"\sstyle=|<style|\son\w+=|javascript:|hx-on|hx-vals='js:", text)
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_colours_come_from_the_tokens(path: Path) -> None:
    if path.name in {"tokens.css", "print.css"}:
        return
    text = re.sub(r"light-dark\([^)]*\)|url\([^)]*\)", "", path.read_text(encoding="utf-8"))
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*{)", text)


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_every_token_that_is_used_is_declared(path: Path) -> None:
    used = set(re.findall(r"var\((--[\w-]+)\)", path.read_text(encoding="utf-8")))
    declared = set(re.findall(r"(--[\w-]+):", TOKENS + path.read_text(encoding="utf-8")))
    assert {name for name in used if not name.startswith("--pg-")} <= declared


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_modules_say_what_they_are_and_never_write_markup(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("/** ")
    assert not re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|\beval\(|new Function|document\.write", text)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_modules_import_what_exists(path: Path) -> None:
    for wanted in re.findall(r'from "(\.[^"]+)"', path.read_text(encoding="utf-8")):
        assert (path.parent / wanted).resolve().is_file(), wanted


def test_every_icon_that_is_named_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (WEB / "ui" / "static" / "ui" / "icons.svg").read_text("utf-8")))
    named = {
        name for path in TEMPLATES for name in re.findall(r'icon\.html" with name="([\w-]+)"', path.read_text("utf-8"))
    }
    named |= {name for path in MODULES for name in re.findall(r'icon\("([\w-]+)"\)', path.read_text("utf-8"))}
    assert named <= drawn
