"""Stream: what one party believes demand will be, kept apart until the streams are weighed into the consensus."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.errors import ChangeInvalid
from steelyard.grid.block import Array, is_silent

STREAMS: tuple[str, ...] = ("statistical", "sales", "marketing", "customer", "finance")
"""Who has a vote in the consensus; statistical speaks everywhere and brings promotions and launches with it."""


@dataclass(frozen=True)
class WeightRule:
    """Weights that hold in some slices only.

    Example:
        >>> read_weight_rules("A 1-3: customer 1, statistical 0.2")[0]
        WeightRule(abc='A', first=1, last=3, weights=(('customer', 1.0), ('statistical', 0.2)))
    """

    abc: str
    """ABC class of the items; empty for all."""
    first: int
    """First period of the horizon it holds in, from 1."""
    last: int
    """Last period, included; 0 for no end."""
    weights: tuple[tuple[str, float], ...]


def read_weight_rules(text: str) -> tuple[WeightRule, ...]:
    """Read rules such as `A 1-3: customer 1, sales 0.5; C: sales 0`; later rules win.

    Before the colon stand an ABC class, periods of the horizon, or both; after it streams with their weights.

    Raises:
        ChangeInvalid: A rule cannot be read, names no stream, or a weight lies outside 0 to 1.
    """
    return tuple(_read_rule(part.strip()) for part in text.split(";") if part.strip())


def read_precedence(text: str) -> tuple[tuple[str, ...], ...]:
    """Read who goes first, such as `customer > sales, marketing > statistical`; unnamed streams come last together.

    Raises:
        ChangeInvalid: A name is no stream, or stands twice.

    Example:
        >>> read_precedence("customer > sales")
        (('customer',), ('sales',), ('statistical', 'marketing', 'finance'))
    """
    ranks = [tuple(_stream(name, text) for name in rank.split(",") if name.strip()) for rank in text.split(">")]
    named = [name for rank in ranks for name in rank]
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        raise ChangeInvalid(f"{', '.join(twice)} stands twice in the precedence", where=text, mend="name each once")
    rest = tuple(name for name in STREAMS if name not in named)
    return tuple(rank for rank in (*ranks, rest) if rank)


def weigh_streams(streams: Sequence[Array], weights: Sequence[Array], ranks: Sequence[Sequence[int]]) -> Array:
    """Combine streams by weight; one that is silent has no vote, and a rank is heard where none above it speaks.

        consensus = sum of weight x stream / sum of weights, over the streams that speak in the first rank that does

    Equal weights are the default: a simple mean of forecasts is hard to beat (Clemen, R. T., Combining forecasts:
    a review and annotated bibliography, International Journal of Forecasting 5, 1989).

    Args:
        streams: Numbers by stream, period x series [units]; NaN where a stream says nothing.
        weights: Weight by stream, period x series [0 to 1]; a stream of weight 0 is not heard.
        ranks: Numbers of the streams of each rank, the first rank first.

    Returns:
        Period x series [units]; NaN where nobody with a weight speaks.

    Example:
        >>> streams = [np.array([[100.0, 100.0]]), np.array([[140.0, np.nan]])]
        >>> weigh_streams(streams, [np.full((1, 2), 0.75), np.full((1, 2), 0.25)], [[0, 1]])
        array([[110., 100.]])
        >>> weigh_streams(streams, [np.ones((1, 2)), np.ones((1, 2))], [[1], [0]])
        array([[140., 100.]])
    """
    agreed = np.full(streams[0].shape, np.nan)
    for rank in ranks:
        heard = [(streams[n], weights[n]) for n in rank if not is_silent(streams[n])]
        if heard:
            mean = _weighted_mean(heard)
            agreed = np.where(np.isfinite(agreed), agreed, mean)
    return agreed


def _weighted_mean(heard: Sequence[tuple[Array, Array]]) -> Array:
    total, votes = np.zeros(heard[0][0].shape), np.zeros(heard[0][0].shape)
    for stream, weight in heard:
        vote = np.where(np.isfinite(stream), weight, 0.0)
        total += vote * np.where(np.isfinite(stream), stream, 0.0)
        votes += vote
    mean: Array = np.divide(total, votes, out=np.full(total.shape, np.nan), where=votes > 0)
    return mean


def _read_rule(text: str) -> WeightRule:
    where, colon, said = text.partition(":")
    if not colon:
        raise _unreadable(text, "put a colon between the slice and its weights")
    abc, first, last = "", 1, 0
    for word in where.split():
        if word.upper() in ("A", "B", "C"):
            abc = word.upper()
        else:
            first, last = _read_span(word, text)
    return WeightRule(abc, first, last, tuple(_read_weight(one, text) for one in said.split(",") if one.strip()))


def _read_span(word: str, text: str) -> tuple[int, int]:
    first, dash, last = word.partition("-")
    if not first.isdigit() or (last and not last.isdigit()) or int(first) < 1:
        raise _unreadable(text, f"{word!r} is neither an ABC class nor periods such as 1-3")
    return int(first), int(last) if last else (0 if dash else int(first))


def _read_weight(text: str, rule: str) -> tuple[str, float]:
    words = text.split()
    try:
        name, weight = words
        value = float(weight)
    except ValueError as fault:
        raise _unreadable(rule, f"{text.strip()!r} is no stream with its weight; write e.g. sales 0.5") from fault
    if not 0 <= value <= 1:
        raise ChangeInvalid(f"The weight of {name} is {value:g}", where=rule, mend="use a weight from 0 to 1")
    return _stream(name, rule), value


def _stream(name: str, where: str) -> str:
    if name.strip() not in STREAMS:
        raise ChangeInvalid(f"There is no stream {name.strip()!r}", where=where, mend=f"use {', '.join(STREAMS)}")
    return name.strip()


def _unreadable(text: str, mend: str) -> ChangeInvalid:
    return ChangeInvalid("The weights of the streams cannot be read", where=text, mend=mend)
