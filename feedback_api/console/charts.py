"""Geometry of the overview's charts: numbers in, rectangles out; the template only draws.

Pure: no database, no clock, no colours besides the names of CSS classes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from feedback_api.tickets.views import DayOutcomes

WIDTH = 640
HEIGHT = 260
LEFT = 34
STATUS_LEFT = 160
STATUS_ROW = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle in units of the view box; `value` is the count behind it."""

    x: float
    y: float
    width: float
    height: float
    css: str
    title: str
    value: int


@dataclass(frozen=True, slots=True)
class Label:
    """A text below the axis."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class GridLine:
    """A horizontal line and its value."""

    y: float
    label: int


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the legend."""

    css: str
    title: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """The same numbers for people who read tables: one day, values in the legend's order."""

    day: date
    values: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class StackedChart:
    """Outcomes per day, stacked."""

    width: int
    height: int
    left: int
    bars: tuple[Bar, ...]
    grid: tuple[GridLine, ...]
    labels: tuple[Label, ...]
    legend: tuple[Key, ...]
    table: tuple[TableRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class BarChart:
    """Tickets by status, one line each."""

    width: int
    height: int
    left: int
    bars: tuple[Bar, ...]


def ceiling(top: int) -> int:
    """The axis' end: the next 4, 8, 20, 40, 80, 200 ... so that quarters of it are whole numbers."""
    scale = 4
    while True:
        for step in (1, 2, 5):
            if top <= scale * step:
                return scale * step
        scale *= 10


def outcomes_chart(days: Sequence[DayOutcomes], titles: Mapping[str, str]) -> StackedChart:
    """Stacks each day's outcomes in the order of `titles`; an outcome that `titles` misses is a KeyError."""
    unknown = {name for day in days for name in day.counts} - set(titles)
    if unknown:
        raise KeyError(f"outcomes without a title: {sorted(unknown)}")
    names = list(titles)
    totals = [sum(day.counts.values()) for day in days]
    top = ceiling(max(totals, default=0))
    floor = HEIGHT - 24
    per_unit = (floor - 10) / top
    slot = (WIDTH - LEFT) / max(len(days), 1)
    bars: list[Bar] = []
    for place, day in enumerate(days):
        y = float(floor)
        for number, name in enumerate(names, 1):
            count = day.counts.get(name, 0)
            if count:
                height = count * per_unit
                y -= height
                text = f"{day.day:%d/%m}: {titles[name]} {count}"
                x = LEFT + place * slot + slot * 0.16
                bars.append(
                    Bar(
                        round(x, 1),
                        round(y, 1),
                        round(slot * 0.68, 1),
                        round(height, 1),
                        f"c{number}",
                        text,
                        count,
                    )
                )
    every = math.ceil(len(days) / 7) or 1
    return StackedChart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        bars=tuple(bars),
        grid=tuple(
            GridLine(round(floor - top * part / 4 * per_unit, 1), top * part // 4) for part in range(5)
        ),
        labels=tuple(
            Label(round(LEFT + place * slot + slot / 2, 1), f"{day.day:%d/%m}")
            for place, day in enumerate(days)
            if (len(days) - 1 - place) % every == 0
        ),
        legend=tuple(Key(f"c{number}", titles[name]) for number, name in enumerate(names, 1)),
        table=tuple(
            TableRow(day.day, tuple(day.counts.get(name, 0) for name in names), total)
            for day, total in zip(days, totals, strict=True)
        ),
        total=sum(totals),
    )


def status_chart(counts: Mapping[str, int], titles: Mapping[str, str]) -> BarChart:
    """One line for each status of `counts`, in the order of `titles`."""
    top = max(counts.values(), default=0) or 1
    room = WIDTH - STATUS_LEFT - 50
    names = [name for name in titles if name in counts]
    bars = tuple(
        Bar(
            x=STATUS_LEFT,
            y=place * STATUS_ROW + 4,
            width=round(counts[name] / top * room, 1),
            height=STATUS_ROW - 10,
            css="c1",
            title=titles[name],
            value=counts[name],
        )
        for place, name in enumerate(names)
    )
    return BarChart(WIDTH, len(names) * STATUS_ROW + 4, STATUS_LEFT, bars)
