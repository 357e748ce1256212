"""What hangs over the tracks of a drawn yard: bridges, canopies, conveyors, overhead line, lamps."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from wayside.rendering.furnish import Room
from wayside.rendering.props import Colour, Deck, Mast, Wire

__all__ = ["Overhead", "overhead_line", "spans"]


class Overhead(NamedTuple):
    """What hangs and what carries it."""

    decks: list[Deck]
    wires: list[Wire]
    masts: list[Mast]


def _tone(rng: np.random.Generator, low: float, high: float) -> Colour:
    grey, warm = rng.uniform(low, high), rng.uniform(-0.03, 0.05)
    rgb = np.clip([grey + warm, grey, grey - warm], 0.04, 0.9)
    return float(rgb[0]), float(rgb[1]), float(rgb[2])


def _across(spaces: list[Room], rng: np.random.Generator) -> Deck:
    """Draw a bridge or a conveyor over all tracks, or over some of them."""
    kind = str(rng.choice(["foot", "road", "conveyor", "pipes"], p=[0.45, 0.25, 0.15, 0.15]))
    x = float(rng.uniform(spaces[0].x[0] * 0.9, spaces[0].x[-1] * 0.9))
    low, high = spaces[0].at(x, 4.0), spaces[1].at(x, 4.0)
    tilt = float(rng.normal(0, 0.15 if kind != "road" else 0.25))
    width = {"foot": (1.8, 4.5), "road": (7.0, 20.0), "conveyor": (2.2, 4.0), "pipes": (1.0, 3.5)}[kind]
    length = (high[1] - low[1]) * (
        1.0 if kind == "road" or rng.random() < 0.8 else float(rng.uniform(0.4, 0.9))
    ) + rng.uniform(2, 60)
    middle = 0.5 * (low[1] + high[1]) + float(rng.uniform(-8, 8))
    style = {"foot": "rails", "road": "road", "conveyor": "ribbed", "pipes": "ribbed"}[kind]
    opacity = float(rng.uniform(0.45, 0.8)) if kind == "pipes" else 1.0
    height, seed = float(rng.uniform(6.2, 10)), int(rng.integers(1 << 30))
    tone = _tone(rng, 0.15, 0.65) if kind != "road" else _tone(rng, 0.12, 0.4)
    turn = 0.5 * np.pi + low[2] + tilt
    return Deck(x, middle, float(length), float(rng.uniform(*width)), float(turn), height, tone, opacity, style, seed)


def _along(room: Room, rng: np.random.Generator) -> list[Deck]:
    """Draw a canopy, conveyor or pipe rack along a track; it may hide the half of it."""
    width, height = float(rng.uniform(2.5, 9)), float(rng.uniform(4.6, 7.5))
    inner = float(rng.uniform(-0.6, 2.6))  # from the centreline to the roof's edge
    tone, style = _tone(rng, 0.15, 0.7), str(rng.choice(["plain", "ribbed", "ribbed"]))
    opacity = 1.0 if rng.random() < 0.85 else float(rng.uniform(0.4, 0.8))
    x, decks = float(rng.uniform(room.x[0], room.x[-1])), []
    end = x + float(rng.uniform(15, 180))
    while x < end:
        piece = min(24.0, end - x)
        place = room.at(x + piece / 2, inner + width / 2)
        seed = int(rng.integers(1 << 30))
        decks.append(Deck(*place[:2], piece + 0.4, width, place[2], height, tone, opacity, style, seed))
        x += piece
    return decks


def spans(spaces: list[Room], rng: np.random.Generator) -> list[Deck]:
    """Draw what hides parts of trains: at most a few in one yard, none in most."""
    decks = [_across(spaces, rng) for _ in range(int(rng.choice([0, 1, 2], p=[0.78, 0.17, 0.05])))]
    if rng.random() < 0.1:
        decks.extend(_along(spaces[int(rng.integers(len(spaces)))], rng))
    return decks


def _head_span(x: float, spaces: list[Room], rng: np.random.Generator) -> Overhead:
    """Draw two tall masts beside all tracks and the wires that hang between them."""
    low, high = spaces[0].at(x, 2.8), spaces[1].at(x, 2.8)
    height = float(rng.uniform(9, 15))
    line = np.array([low[:2], high[:2]])
    wires = [Wire(line, h, 0.09, 0.7, 0.25) for h in (height, height - 2.0, 6.2)]
    masts = [Mast(*end[:2], height, 0.0, 0.0, float(rng.uniform(0.5, 1.1))) for end in (low, high)]
    return Overhead([], wires, masts)


def _cantilevers(x: float, spaces: list[Room], rng: np.random.Generator) -> Overhead:
    """Draw masts between tracks, or beside them, with an arm over a track on one or both sides."""
    out = Overhead([], [], [])
    for room in spaces[:2] if len(spaces) < 4 or rng.random() < 0.4 else spaces[2::2]:
        middle = 0.5 * room.width_m if np.isfinite(room.width_m) else 2.9
        place = room.at(x, middle)
        tip = room.at(x, middle - 3.0)
        height = float(rng.uniform(7, 9))
        out.masts.append(Mast(*place[:2], height, 0.0, 0.0, 0.3))
        out.wires.append(Wire(np.array([place[:2], tip[:2]]), 6.5, 0.12, 0.8, 0.3))
        if np.isfinite(room.width_m) and rng.random() < 0.6:
            out.wires.append(Wire(np.array([place[:2], room.at(x, middle + 3.0)[:2]]), 6.5, 0.12, 0.8, 0.3))
    return out


def overhead_line(spaces: list[Room], rng: np.random.Generator) -> Overhead:
    """Draw catenary, lamp posts and floodlight towers, each in a share of all yards."""
    out = Overhead([], [], [])
    kind = str(rng.choice(["none", "spans", "arms"], p=[0.6, 0.2, 0.2]))
    if kind != "none":
        for x in np.arange(spaces[0].x[0] + rng.uniform(0, 50), spaces[0].x[-1], rng.uniform(38, 68)):
            added = (_head_span if kind == "spans" else _cantilevers)(float(x), spaces, rng)
            out.wires.extend(added.wires)
            out.masts.extend(added.masts)
        for room in [spaces[0], spaces[1], *spaces[3:]]:
            if rng.random() < 0.85:
                line = np.stack([room.x, room.y], -1)
                out.wires.extend(Wire(line, h, 0.03, 0.8, 0.2) for h in (5.6, 7.0))
    if rng.random() < 0.45:
        height, head = float(rng.uniform(8, 32)), float(rng.uniform(0.5, 2.4))
        room = spaces[int(rng.integers(len(spaces)))]
        for x in np.arange(room.x[0] + rng.uniform(0, 60), room.x[-1], rng.uniform(30, 110)):
            place = room.at(float(x), 0.5 * min(room.width_m, 6.0))
            out.masts.append(Mast(*place[:2], height, 0.0, 0.0, head))
    return out
