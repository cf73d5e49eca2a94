"""Template form: a template as a form shows it, step by step, and what people changed in it."""

import json
import re
from collections.abc import Mapping

from django.http import QueryDict

from steelyard.cycle.step import GateUse
from steelyard.errors import CycleInvalid

GATE = re.compile(r"\s*([a-z_]+)\s*(?:\((.*)\))?\s*(?:\[(.*)\])?\s*")


def edited(body: Mapping[str, object], sent: QueryDict) -> dict[str, object]:
    """A template with what was typed: the whole as text, or field by field.

    Raises:
        CycleInvalid: Something cannot be read.
    """
    if sent.get("text"):
        return _whole(str(sent.get("text", "")))
    steps = body.get("steps")
    days = body.get("days")
    kept = [step for step in (steps if isinstance(steps, list) else []) if isinstance(step, dict)]
    changed = [_step(step, sent) for step in kept if not sent.get(f"{step['key']}-remove")]
    return {
        **body, "label": sent.get("label", str(body.get("label", ""))).strip(), "steps": changed,
        "days": {**(days if isinstance(days, dict) else {}), "countries": _words(sent.get("countries", "")),
                 "closed": _words(sent.get("closed", "")), "worked": _words(sent.get("worked", ""))},
    }  # fmt: skip


def gate_text(gate: GateUse) -> str:
    """A gate as people type it.

    Example:
        >>> gate_text(GateUse("data_score_is_at_least", (95.0,), ("sop_lead",)))
        'data_score_is_at_least(95) [sop_lead]'
    """
    return f"{gate.key} [{', '.join(gate.waived_by)}]"


def _step(step: dict[str, object], sent: QueryDict) -> dict[str, object]:
    key = step["key"]
    starts, ends = sent.get(f"{key}-starts", ""), sent.get(f"{key}-ends", "")
    try:
        days = {"starts": int(starts or str(step["starts"])), "ends": int(ends or str(step["ends"]))}
    except ValueError as fault:
        raise CycleInvalid(f"The days of {step['label']} are no whole numbers", mend="write working days") from fault
    return {
        **step, **days,
        "label": sent.get(f"{key}-label", str(step["label"])).strip(),
        "owner": sent.get(f"{key}-owner", str(step["owner"])),
        "participants": sent.getlist(f"{key}-participants"),
        "gates": [_gate(line) for line in sent.get(f"{key}-gates", "").splitlines() if line.strip()],
    }  # fmt: skip


def _gate(line: str) -> dict[str, object]:
    found = GATE.fullmatch(line)
    if found is None:
        raise CycleInvalid(f"{line.strip()[:60]!r} is no gate", mend="write it like data_score_is_at_least(95)")
    rule, arguments, waived = found.groups()
    told: dict[str, object] = {"rule": rule, "arguments": [_value(one) for one in _words(arguments or "")]}
    return told | ({"waived_by": _words(waived)} if waived is not None else {})


def _value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[,\s]+", text.strip()) if word]


def _whole(text: str) -> dict[str, object]:
    try:
        read = json.loads(text)
    except ValueError as fault:
        raise CycleInvalid("The text is no JSON", where=str(fault), mend="mend the place it names") from fault
    if not isinstance(read, dict):
        raise CycleInvalid("A template is a record of names and values", mend="start from the standard one")
    return read
