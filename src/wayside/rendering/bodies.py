"""How each type of car looks from above: reflectance and height over its own outline.

Closed cars are painted here, those whose deck or load shows in ``open_bodies``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from wayside.rendering import open_bodies
from wayside.rendering.canvas import Array, Canvas, Mask, Sheet, new_canvas
from wayside.rendering.stock import CarBody, Load

__all__ = ["PAINTERS", "Painted", "paint_body"]

_FRAME = np.array([0.16, 0.14, 0.13], dtype=np.float32)


class Painted(NamedTuple):
    """Reflectance (n, 3), height above the rails in metres (n,), and where anything was drawn (n,)."""

    colour: Array
    height: Array
    drawn: Mask


def _ribs(canvas: Canvas, sheet: Sheet, pitch: tuple[float, float], depth: tuple[float, float]) -> None:
    """Draw the transverse ribs of a roof; cars of one block have the same."""
    step = float(canvas.design.uniform(*pitch))
    sheet.shade(canvas.every(step, 0.14 * step + 0.05), 1 + float(canvas.design.uniform(*depth)))


def _walkway(canvas: Canvas, sheet: Sheet, half_m: float) -> None:
    """Draw a running board along the middle of a roof."""
    board = (np.abs(canvas.y) < half_m) & (np.abs(canvas.x) < canvas.half_length * canvas.design.uniform(0.8, 1.0))
    sheet.shade(board, float(canvas.design.uniform(0.7, 1.3)))


def _roof(canvas: Canvas) -> Array:
    """Return a roof's colour: painted as the sides, or galvanised, or, on cars that are not light, tarred."""
    kind, colour = canvas.design.random(), np.asarray(canvas.body.colour, dtype=np.float32)
    if kind < 0.72 or (kind >= 0.9 and colour.mean() > 0.6):
        return colour
    grey = float(canvas.design.uniform(0.35, 0.7)) if kind < 0.9 else float(canvas.design.uniform(0.06, 0.16))
    return np.asarray(0.25 * colour + 0.75 * grey, dtype=np.float32)


def _box(canvas: Canvas) -> Sheet:
    sheet = canvas.sheet(_roof(canvas), canvas.arched(float(canvas.design.uniform(0.1, 0.6))))
    _ribs(canvas, sheet, (0.8, 1.8), (-0.25, 0.25))
    if canvas.design.random() < 0.4:
        _walkway(canvas, sheet, 0.3)
    rim = np.abs(canvas.y) > canvas.half_width - 0.12
    sheet.put(rim, np.asarray(canvas.body.colour, np.float32))
    if canvas.design.random() < 0.25:  # loading hatches or ventilators
        vent = (np.abs(canvas.y) < 0.45) & canvas.every(float(canvas.design.uniform(2.5, 5.0)), 0.8)
        sheet.shade(vent, float(canvas.design.uniform(0.5, 1.3)))
    canvas.weather(sheet, 0.8)
    return sheet


def _sliding_wall(canvas: Canvas) -> Sheet:
    """Paint smooth walls that slide over one another: one half of the car may be of another shade, a seam between."""
    sheet = canvas.sheet(_roof(canvas), canvas.arched(float(canvas.design.uniform(0.3, 0.9))))
    if canvas.design.random() < 0.4:
        half = canvas.x * canvas.rng.choice([-1, 1]) > 0
        sheet.shade(half & (np.abs(canvas.y) > canvas.half_width * 0.25), float(canvas.rng.uniform(0.8, 1.2)))
    panels = int(canvas.design.choice([1, 2, 2, 3, 4]))
    pitch = 2 * canvas.half_length / panels
    sheet.shade(canvas.every(pitch, 0.16, canvas.half_length + 0.08), float(canvas.design.uniform(0.5, 0.95)))
    if canvas.design.random() < 0.6:
        sheet.shade(np.abs(canvas.y) < 0.12, float(canvas.design.uniform(0.75, 1.2)))
    canvas.weather(sheet, 0.5)
    return sheet


def _tarp_wagon(canvas: Canvas) -> Sheet:
    sheet = canvas.sheet(canvas.body.colour, canvas.arched(0.7))
    _ribs(canvas, sheet, (0.6, 1.0), (-0.15, 0.1))
    if canvas.rng.random() < 0.05:  # pushed together at one end: the load and the floor show
        end = canvas.x * canvas.rng.choice([-1, 1]) > canvas.half_length * canvas.rng.uniform(0.0, 0.7)
        sheet.put(
            end & (np.abs(canvas.y) < canvas.half_width - 0.1), np.asarray(canvas.body.load_colour, np.float32), 1.8
        )
    canvas.weather(sheet, 0.4)
    return sheet


def _coil(canvas: Canvas) -> Sheet:
    """Paint three telescoping hoods, one wider than the others."""
    sheet = _tarp_wagon(canvas)
    third = np.abs(np.mod(canvas.x / canvas.half_length * 1.5 + 0.5, 1.0) - 0.5) < 0.04
    sheet.shade(third, float(canvas.design.uniform(0.45, 0.8)))
    outer = np.abs(canvas.x) < canvas.half_length / 3
    sheet.shade(outer, float(canvas.design.uniform(0.85, 1.15)))
    sheet.height[outer] += np.float32(0.12)
    return sheet


def _autorack(canvas: Canvas) -> Sheet:
    """Paint a long roof of panels: shades of galvanised steel, dark ribs or seams that are no ends of cars."""
    light = np.maximum(np.asarray(canvas.body.colour, np.float32), 0.12) * np.float32(canvas.rng.uniform(0.9, 1.15))
    sheet = canvas.sheet(np.clip(light, 0.05, 0.92), canvas.arched(float(canvas.design.uniform(0.15, 0.5))))
    _ribs(canvas, sheet, (0.9, 2.6), (-0.3, 0.1))
    pitch = 2 * canvas.half_length / int(canvas.design.integers(2, 9))
    if canvas.design.random() < 0.5:
        seam = canvas.every(pitch, float(canvas.design.uniform(0.1, 0.25)), canvas.half_length)
        sheet.shade(seam, float(canvas.design.uniform(0.45, 0.9)))
    if canvas.rng.random() < 0.3:  # panels of several ages
        index = np.floor((canvas.x + canvas.half_length) / np.float32(pitch))
        tone = 1 + np.float32(canvas.rng.uniform(0.05, 0.25)) * np.sin(
            index * 2.3 + np.float32(canvas.rng.uniform(0, 6))
        )
        sheet.rgb *= tone[:, None].astype(np.float32)
    if canvas.design.random() < 0.4:  # darker screens along the sides
        sheet.shade(np.abs(canvas.y) > canvas.half_width - 0.25, float(canvas.design.uniform(0.5, 0.9)))
    canvas.weather(sheet, 0.45)
    return sheet


def _passenger(canvas: Canvas) -> Sheet:
    sheet = canvas.sheet(_roof(canvas), canvas.arched(0.8))
    sheet.rgb = canvas.stains(sheet.rgb, 0.4)
    pitch, reach = float(canvas.design.uniform(2.0, 9.0)), float(canvas.design.uniform(0.5, 2.5))
    sheet.shade((np.abs(canvas.y) < 0.45) & canvas.every(pitch, min(reach, 0.6 * pitch)), 0.6)
    return sheet


def _tank(canvas: Canvas) -> Sheet:
    radius, top = canvas.half_width * float(canvas.design.uniform(0.86, 1.0)), canvas.body.model.height_m
    barrel_half = canvas.half_length - float(canvas.design.uniform(0.1, 1.0))
    inside = (np.abs(canvas.y) <= radius) & (np.abs(canvas.x) <= barrel_half)
    arch = np.sqrt(np.clip(1 - (canvas.y / np.float32(radius)) ** 2, 0, 1))
    sheet = canvas.sheet(canvas.body.colour, 1.2)
    sheet.height[inside] = (np.float32(top) - np.float32(radius) * (1 - arch))[inside]
    canvas.weather(sheet, 0.9)
    sheet.put(~inside, _FRAME * np.float32(canvas.design.uniform(0.6, 1.8)))
    _tank_bands(canvas, sheet, inside, barrel_half)
    if canvas.rng.random() < 0.5:  # spilt product down from the manway
        spill = (np.abs(canvas.x - canvas.rng.normal(0, 0.3)) < canvas.rng.uniform(0.3, 1.0)) & inside
        sheet.shade(spill, float(canvas.rng.uniform(0.35, 0.8)))
    long = canvas.design.random() < 0.35
    reach = barrel_half * 0.95 if long else float(canvas.design.uniform(0.6, 3.5))
    walkway = (np.abs(canvas.y) < canvas.design.uniform(0.2, 0.45)) & (np.abs(canvas.x) < reach)
    sheet.put(walkway, sheet.rgb * np.float32(0.6) + np.float32(canvas.design.uniform(0.03, 0.2)))
    if canvas.design.random() < 0.16:  # a platform across the barrel at the manway
        platform = canvas.inside & (np.abs(canvas.x) < canvas.design.uniform(0.4, 0.9))
        sheet.put(platform, _FRAME * np.float32(canvas.design.uniform(0.6, 2.5)), top)
    for middle in np.linspace(-0.6, 0.6, int(canvas.design.integers(1, 4))) * barrel_half * (reach > 1.5):
        manway = (canvas.x - np.float32(middle)) ** 2 + canvas.y**2 < canvas.design.uniform(0.3, 0.65) ** 2
        sheet.put(manway, sheet.rgb * np.float32(0.55), top + 0.35)
    return sheet


def _tank_bands(canvas: Canvas, sheet: Sheet, barrel: Mask, half: float) -> None:
    """Draw saddles, straps, rings of a jacket or a painted band, which can seem to cut a tank in two."""
    if canvas.design.random() < 0.45:
        pitch = 2 * half / int(canvas.design.integers(2, 8))
        strap = barrel & canvas.every(pitch, float(canvas.design.uniform(0.08, 0.3)), half)
        sheet.shade(strap, float(canvas.design.choice([0.5, 0.7, 0.85, 1.2])))
    if canvas.design.random() < 0.2:
        band = barrel & (np.abs(canvas.x) < canvas.design.uniform(0.2, 0.9))
        colour = np.array([[0.05, 0.05, 0.05], [0.6, 0.45, 0.05], [0.6, 0.08, 0.06], [0.8, 0.8, 0.8]], np.float32)
        sheet.put(band, colour[canvas.design.integers(4)])


def _silo(canvas: Canvas) -> Sheet:
    """Paint a wagon of two to four pressure vessels on one frame, round from above."""
    sheet = canvas.sheet(_FRAME * np.float32(canvas.design.uniform(0.7, 2.0)), 1.2)
    count = int(canvas.design.integers(2, 5))
    reach = canvas.half_length - float(canvas.design.uniform(0.1, 0.8))
    pitch = 2 * reach / count
    off = np.mod(canvas.x + np.float32(reach), np.float32(pitch)) - np.float32(pitch / 2)
    along, across = pitch / 2, canvas.half_width * 0.97
    round_ = (off / np.float32(along)) ** 2 + (canvas.y / np.float32(across)) ** 2
    on = (round_ <= 1) & (np.abs(canvas.x) < reach)
    sheet.put(on, canvas.stains(canvas.plain(canvas.body.colour), 0.8))
    top = canvas.body.model.height_m - 1.2 * np.clip(round_, 0, 1)
    sheet.height[on] = top.astype(np.float32)[on]
    walkway = canvas.inside & (np.abs(canvas.y) < canvas.design.uniform(0.2, 0.4)) & (np.abs(canvas.x) < reach)
    if canvas.design.random() < 0.7:
        sheet.put(walkway, sheet.rgb * np.float32(0.5) + np.float32(0.1), canvas.body.model.height_m)
    return sheet


def _hatches(canvas: Canvas) -> Mask:
    """Return the loading hatches of a covered hopper: a slot, a row of lids, or two rows of round ones."""
    kind, pitch = canvas.design.random(), float(canvas.design.uniform(1.2, 3.5))
    if kind < 0.35:
        return np.asarray((np.abs(canvas.y) < canvas.design.uniform(0.2, 0.4)) & ~canvas.every(pitch, 0.12))
    if kind < 0.7:
        wide = float(canvas.design.uniform(0.3, 0.7))
        return np.asarray((np.abs(canvas.y) < wide) & canvas.every(pitch, min(1.1, 0.6 * pitch)))
    aside = float(canvas.design.choice([0.0, 0.75]))
    off = np.mod(canvas.x + 200, np.float32(pitch)) - np.float32(pitch / 2)
    return np.asarray(off**2 + (np.abs(canvas.y) - aside) ** 2 < canvas.design.uniform(0.25, 0.5) ** 2)


def _hopper(canvas: Canvas) -> Sheet:
    height = canvas.arched(0.6)
    sheet = canvas.sheet(_roof(canvas), height)
    if canvas.design.random() < 0.5:
        sheet.shade(np.abs(canvas.y) < canvas.design.uniform(0.25, 0.6), float(canvas.design.uniform(0.6, 1.3)))
    sheet.shade(_hatches(canvas), float(canvas.design.uniform(0.55, 1.35)))
    if canvas.design.random() < 0.4:  # running boards on both sides
        sheet.shade(np.abs(np.abs(canvas.y) - 0.65 * canvas.half_width) < 0.17, float(canvas.design.uniform(0.6, 1.2)))
    canvas.weather(sheet, 0.8)
    kind, slope_m = canvas.design.random(), float(canvas.design.uniform(0.7, 1.8))
    slope = np.clip((np.abs(canvas.x) - np.float32(canvas.half_length - slope_m)) / np.float32(slope_m), 0, 1)
    if kind < 0.4:
        sheet.height = np.asarray(height - np.float32(1.6) * slope, np.float32)
    elif kind < 0.75:  # an open platform at each end, under its slope sheet
        sheet.put(slope > 0.35, _FRAME * np.float32(canvas.design.uniform(0.6, 1.8)), 1.3)
    return sheet


def _locomotive(canvas: Canvas) -> Sheet:
    top = canvas.body.model.height_m
    sheet = canvas.sheet(canvas.body.colour, top)
    sheet.rgb = canvas.stains(sheet.rgb, 0.6)
    if canvas.design.random() < 0.5:
        sheet.height[np.abs(canvas.y) >= 0.9] = 1.6
    pitch = float(canvas.design.uniform(2.0, 4.5))
    grille = (np.abs(canvas.y) < 0.6) & canvas.every(pitch, 1.5)
    if canvas.design.random() < 0.5:  # round fans
        grille = (np.mod(canvas.x + 200, np.float32(pitch)) - 0.7) ** 2 + canvas.y**2 < 0.45
    sheet.put(grille, sheet.rgb * np.float32(0.45) + np.float32(0.02))
    cab = canvas.x > canvas.half_length - canvas.design.uniform(2.0, 4.0)
    sheet.shade(cab, float(canvas.design.uniform(0.8, 1.4)))
    sheet.height[cab] = top
    np.clip(sheet.rgb, 0.02, 0.95, out=sheet.rgb)
    return sheet


PAINTERS: Mapping[str, Callable[[Canvas], Sheet]] = {
    "articulated": open_bodies.paint_articulated,
    "autorack": _autorack,
    "box": _box,
    "car carrier": open_bodies.paint_car_carrier,
    "centerbeam": open_bodies.paint_centerbeam,
    "coil": _coil,
    "container": open_bodies.paint_container,
    "flat": open_bodies.paint_flat,
    "gondola": open_bodies.paint_gondola,
    "hoods": open_bodies.paint_hoods,
    "hopper": _hopper,
    "locomotive": _locomotive,
    "open hopper": open_bodies.paint_gondola,
    "passenger": _passenger,
    "silo": _silo,
    "sliding wall": _sliding_wall,
    "spine": open_bodies.paint_spine,
    "tank": _tank,
    "tarp wagon": _tarp_wagon,
    "timber": open_bodies.paint_timber,
    "well": open_bodies.paint_well,
}
"""Which painter draws which ``CarModel.style``."""


def _snow(canvas: Canvas, sheet: Sheet, snow: float) -> None:
    """Lay snow on roofs, floors and loads: whole, in patches, or slid down one side."""
    share = snow * (float(canvas.rng.uniform(0, 0.8)) if canvas.body.load is Load.LOADED else 1.0)
    wave = np.sin(canvas.x * np.float32(6.28 / canvas.rng.uniform(2, 12)) + np.float32(canvas.rng.uniform(0, 6)))
    side = np.float32(canvas.rng.normal(0, 0.25) / canvas.half_width) * canvas.y
    white = share + canvas.rng.normal(0, 0.2) + canvas.noise(0.08) + 0.25 * wave + side
    white = np.clip(white, 0, 1).astype(np.float32)[:, None] * np.float32(0.9)
    sheet.rgb += (np.float32(0.82) - sheet.rgb) * white


def _couple(canvas: Canvas, sheet: Sheet) -> None:
    """Draw what lies between the body and the next car: a coupler, or a screw coupling and buffers."""
    half = canvas.body.model.length_m / 2
    beyond = (np.abs(canvas.x) > canvas.half_length) & (np.abs(canvas.x) <= half)
    wide = np.abs(canvas.y)
    coupler = beyond & (wide < canvas.design.uniform(0.12, 0.22))
    if canvas.body.model.buffers:
        coupler |= beyond & (np.abs(wide - 0.875) < 0.2)
    sheet.put(coupler, _FRAME * np.float32(canvas.design.uniform(0.5, 1.6)), 1.0)
    sheet.drawn |= coupler


def paint_body(body: CarBody, x: Array, y: Array, snow: float) -> Painted:
    """Paint one car and the coupler at each of its ends.

    Reflectances lie between 0.02 and 0.98. Where nothing is drawn, colour and height mean nothing.

    Args:
        body: the car.
        x: shape (n,), metres along the car from its middle.
        y: shape (n,), metres across from its centreline.
        snow: share of snow on roofs, 0 to 1.
    """
    near = (np.abs(x) <= body.model.length_m / 2) & (np.abs(y) <= max(body.model.width_m / 2, 1.25))
    canvas = new_canvas(body, x[near], y[near])
    sheet = PAINTERS[body.model.style](canvas)
    if snow > 0:
        _snow(canvas, sheet, snow)
    _couple(canvas, sheet)
    painted = Painted(np.zeros((x.size, 3), np.float32), np.zeros(x.size, np.float32), np.zeros(x.size, np.bool_))
    painted.colour[near] = np.clip(sheet.rgb, 0.02, 0.98)
    painted.height[near], painted.drawn[near] = sheet.height, sheet.drawn
    return painted
