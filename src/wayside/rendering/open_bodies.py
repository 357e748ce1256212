"""Cars whose deck, floor or load shows from above: gondolas, flats, container wagons, car carriers."""

from __future__ import annotations

import numpy as np

from wayside.rendering.canvas import Array, Canvas, Mask, Sheet
from wayside.rendering.stock import Load

__all__ = [
    "paint_articulated",
    "paint_car_carrier",
    "paint_centerbeam",
    "paint_container",
    "paint_flat",
    "paint_gondola",
    "paint_hoods",
    "paint_spine",
    "paint_timber",
    "paint_well",
]

_GREY = np.ones(3, dtype=np.float32)
_FRAME = np.array([0.17, 0.15, 0.13], dtype=np.float32)
_DECKS = np.array([[0.30, 0.26, 0.21], [0.22, 0.20, 0.18], [0.36, 0.33, 0.28], [0.44, 0.39, 0.32]], dtype=np.float32)
_DIRT = np.array([[0.30, 0.20, 0.14], [0.24, 0.22, 0.20], [0.34, 0.30, 0.25], [0.12, 0.11, 0.11]], dtype=np.float32)
_BOXES_M = (6.06, 12.19, 13.72, 16.15)
_BOX_COLOURS = np.array(
    [
        [0.42, 0.13, 0.10],
        [0.12, 0.20, 0.36],
        [0.14, 0.28, 0.20],
        [0.62, 0.61, 0.58],
        [0.52, 0.30, 0.12],
        [0.34, 0.34, 0.35],
        [0.86, 0.86, 0.85],
        [0.28, 0.15, 0.11],
        [0.10, 0.38, 0.55],
        [0.60, 0.10, 0.20],
    ],
    dtype=np.float32,
)
_VEHICLES = np.array(
    [
        [0.85, 0.85, 0.85],
        [0.60, 0.60, 0.62],
        [0.30, 0.30, 0.32],
        [0.05, 0.05, 0.06],
        [0.10, 0.15, 0.35],
        [0.50, 0.08, 0.07],
        [0.16, 0.18, 0.11],
    ],
    dtype=np.float32,
)
_GOODS = ("block", "vehicles", "logs", "coils", "container", "slabs", "pipes")
_HEAPS = ("bulk", "heaps", "part", "two piles", "scrap", "logs", "coils", "pipes", "bulk", "bulk")


def _logs(canvas: Canvas, sheet: Sheet, where: Mask, base: float, tall: float) -> None:
    """Lay round or sawn wood, pipes or rails lengthwise: lines along the car, with gaps between bundles."""
    stacks = int(canvas.design.integers(1, max(2, int(canvas.half_length / 1.8)) + 1))
    gap = float(canvas.design.uniform(0.1, 0.8))
    pitch = 2 * canvas.half_length / stacks
    line = np.cos(canvas.y * np.float32(6.28 / canvas.design.uniform(0.3, 0.7)))
    step = np.floor((canvas.x + canvas.half_length) / pitch)
    tone = np.float32(1) + np.float32(0.15) * np.sin(step * 2.4 + np.float32(canvas.rng.uniform(0, 6)))
    rgb = canvas.plain(canvas.body.load_colour) * (tone + np.float32(0.2) * line + canvas.noise(0.12))[:, None]
    on = where & ~canvas.every(pitch, gap, canvas.half_length + 0.5 * gap)
    if canvas.rng.random() < 0.2 and stacks > 1:  # a bundle is missing
        on &= step != canvas.rng.integers(stacks)
    sheet.put(on, np.clip(rgb, 0.02, 0.95), np.asarray(base + tall * (0.85 + 0.1 * tone + 0.05 * line), np.float32))


def _coils(canvas: Canvas, sheet: Sheet, where: Mask, base: float) -> None:
    """Stand steel coils in a row, their axes across the car."""
    count = int(canvas.design.integers(2, 7))
    pitch, radius = 2 * canvas.half_length / count, float(canvas.design.uniform(0.6, 0.95))
    off = np.mod(canvas.x + canvas.half_length, np.float32(pitch)) - np.float32(pitch / 2)
    on = where & (np.abs(off) < radius) & (np.abs(canvas.y) < canvas.design.uniform(0.5, 0.9))
    tall = base + radius * (1 + np.sqrt(np.clip(1 - (off / radius) ** 2, 0, 1)))
    sheet.put(on, canvas.stains(canvas.plain(canvas.body.load_colour), 0.6), np.asarray(tall, np.float32))


def _vehicles(canvas: Canvas, sheet: Sheet, where: Mask, base: float) -> None:
    """Park a row of vehicles of one kind; some places stay empty."""
    length = float(canvas.design.choice([4.3, 4.7, 6.0, 7.5]))
    pitch, wide = length + float(canvas.design.uniform(0.2, 0.9)), 0.9 if length < 5 else 1.2
    tall, fleet = (1.5 if length < 5 else 2.4), canvas.design.integers(len(_VEHICLES))
    alike = canvas.design.random() < 0.5
    at = -canvas.half_length + 0.2
    while at + length <= canvas.half_length:
        if canvas.rng.random() < 0.9:
            colour = _VEHICLES[fleet if alike else canvas.rng.integers(len(_VEHICLES))]
            on = where & canvas.between(at, at + length) & (np.abs(canvas.y) < wide)
            sheet.put(on, colour * np.float32(canvas.rng.uniform(0.85, 1.1)), base + tall * 0.7)
            cabin = on & canvas.between(at + 0.25 * length, at + 0.85 * length)
            sheet.put(cabin, sheet.rgb, base + tall)
            glass = on & (canvas.between(at + 0.2 * length, at + 0.32 * length))
            sheet.put(glass, _GREY * np.float32(0.08))
        at += pitch


def _bulk(canvas: Canvas, sheet: Sheet, where: Mask, kind: str, wall: float) -> None:
    """Fill a car with coal, ore, scrap: level, heaped, or only in part."""
    reach, x = canvas.half_length, canvas.x
    level = wall * float(canvas.design.uniform(0.6, 0.95))
    heaps = float(canvas.design.integers(1, 5)) if kind in ("heaps", "two piles") else float(canvas.rng.uniform(1, 3))
    if kind == "two piles":
        heaps = 2.0
    wave = -np.cos((x + reach) * np.float32(3.1416 * heaps / reach))
    swell = float(canvas.rng.uniform(0.1, 0.35)) if kind == "bulk" else float(canvas.rng.uniform(0.4, 0.8))
    pile = level + swell * wave + np.float32(0.45) * (1 - (canvas.y / canvas.half_width) ** 2)
    rgb = canvas.stains(canvas.plain(canvas.body.load_colour), 1.0)
    if kind == "scrap":
        blocks = np.sin(x * 7.1 + 3 * np.sin(canvas.y * 3.7)) * np.sin(canvas.y * 8.3 + 2 * np.sin(x * 2.9))
        rgb = np.clip(rgb * (1 + 0.5 * blocks + canvas.noise(0.25))[:, None], 0.02, 0.95)
        pile = pile + np.float32(0.2) * blocks
    on = where
    if kind == "part":
        low, high = np.sort(canvas.rng.uniform(-1, 1, 2)) * reach
        on = where & canvas.between(float(low) - 1.0, float(high) + 1.0)
    elif kind == "two piles":
        on = where & (pile > level - 0.3 * swell)
    sheet.put(on, np.asarray(rgb, np.float32), np.asarray(np.maximum(pile, 1.3), np.float32))
    if canvas.rng.random() < 0.12:  # a tarpaulin over part of the load
        low = float(canvas.rng.uniform(-1, 0.5)) * reach
        part = canvas.inside & canvas.between(low, low + float(canvas.rng.uniform(2, 9)))
        sheet.put(part, np.array([0.30, 0.34, 0.38], np.float32) * np.float32(canvas.rng.uniform(0.5, 1.8)), wall + 0.2)


def _floor(canvas: Canvas, sheet: Sheet, where: Mask) -> None:
    """Show an empty car's floor: hatches or bays, remains of the load along walls and ends."""
    dirt, share = _DIRT[canvas.rng.integers(len(_DIRT))], np.float32(canvas.rng.uniform(0.1, 0.9))
    worn = (sheet.rgb * (1 - share) + dirt * share) * np.float32(canvas.rng.uniform(0.6, 1.0))
    floor = canvas.stains(worn + np.float32(0.03), 1.2)
    bay = canvas.every(float(canvas.design.uniform(1.1, 2.0)), 0.12)
    floor[bay] *= np.float32(canvas.design.uniform(0.75, 1.15))
    sheet.put(where, floor, 1.25)
    if canvas.rng.random() < 0.5:
        rest = where & (np.abs(canvas.x) > canvas.half_length * canvas.rng.uniform(0.4, 0.95))
        sheet.put(rest, sheet.rgb * np.float32(0.6) + np.asarray(canvas.body.load_colour, np.float32) * np.float32(0.4))


def paint_gondola(canvas: Canvas) -> Sheet:
    """Paint an open wagon, empty, loaded or under a tarpaulin; open hoppers have sloping ends."""
    body, wall = canvas.body, canvas.body.model.height_m
    sheet = canvas.sheet(body.colour, wall)
    canvas.weather(sheet, 0.8)
    inside = (np.abs(canvas.y) < canvas.half_width - 0.18) & (np.abs(canvas.x) < canvas.half_length - 0.2)
    kind = _HEAPS[int(canvas.design.integers(len(_HEAPS)))]
    hopper = body.model.style == "open hopper"
    if body.load is Load.TARPED:
        bumps = np.cos(canvas.x * np.float32(6.28 / canvas.design.uniform(1.2, 7.0)))
        sag = np.float32(canvas.rng.uniform(-0.1, 0.5)) * (1 - (canvas.y / canvas.half_width) ** 2)
        sheet.rgb = canvas.stains(canvas.plain(body.load_colour), 0.5)
        sheet.height = np.asarray(wall + sag + np.float32(0.12) * bumps, np.float32)
        return sheet
    _floor(canvas, sheet, inside)
    if body.load is Load.EMPTY or body.load is Load.CLOSED:
        if hopper:
            slope = np.clip((np.abs(canvas.x) - canvas.half_length + 2.6) / 2.6, 0, 1)
            sheet.height[inside] = np.asarray(1.25 + (wall - 1.4) * slope, np.float32)[inside]
    elif kind in ("logs", "pipes") and not hopper:
        _logs(canvas, sheet, inside, 1.3, wall - 1.0)
    elif kind == "coils" and not hopper:
        _coils(canvas, sheet, inside, 1.3)
    else:
        _bulk(canvas, sheet, inside, "heaps" if hopper else kind, wall)
    if canvas.design.random() < 0.08:  # ties across the top of the walls
        tie = canvas.inside & canvas.every(float(canvas.design.uniform(2.5, 5.0)), 0.1)
        sheet.put(tie, np.asarray(body.colour, np.float32), wall)
    if canvas.design.random() < (0.7 if hopper else 0.2):
        _end_platforms(canvas, sheet)
    return sheet


def _end_platforms(canvas: Canvas, sheet: Sheet) -> None:
    """Set the box back from its couplers: low platforms at its ends, often lighter than the dark inside."""
    reach = float(canvas.design.uniform(0.6, 1.7))
    tone = float(canvas.design.choice([0.22, 0.35, 0.5, 0.62])) * float(canvas.rng.uniform(0.8, 1.2))
    own = np.asarray(canvas.body.colour, np.float32)
    colour = np.asarray(0.5 * own + 0.5 * tone, np.float32) if canvas.design.random() < 0.6 else 0.8 * own
    ends = canvas.inside & (np.abs(canvas.x) > canvas.half_length - reach)
    sheet.put(ends, colour, float(canvas.design.uniform(1.2, 2.2)))
    if canvas.design.random() < 0.5:  # an empty box is darker than its walls: rust, wet, coal dust
        sheet.shade(
            canvas.inside & (np.abs(canvas.y) < canvas.half_width - 0.2) & ~ends, float(canvas.rng.uniform(0.4, 0.9))
        )


def _deck(canvas: Canvas) -> Sheet:
    """Paint a flat's deck: planks or steel, often of the ballast's own tone."""
    kind = canvas.design.random()
    if kind < 0.5:
        colour = _DECKS[canvas.design.integers(len(_DECKS))]
    elif kind < 0.75:  # as ballast
        tone, warm = canvas.design.uniform(0.16, 0.52), canvas.design.uniform(-0.03, 0.07)
        colour = (tone + warm * np.array([1.0, 0.4, -0.3])).astype(np.float32)
    else:
        colour = np.asarray(canvas.body.colour, dtype=np.float32)
    sheet = canvas.sheet(colour * np.float32(canvas.rng.uniform(0.85, 1.15)), canvas.body.model.height_m)
    sheet.shade(canvas.every(float(canvas.design.choice([0.45, 0.45, 1.5, 2.2])), 0.13), 0.85)
    sheet.rgb = canvas.stains(sheet.rgb, 0.8)
    sill = np.abs(canvas.y) > canvas.half_width - 0.14
    sheet.put(sill, sheet.rgb * np.float32(0.4) + np.asarray(canvas.body.colour, np.float32) * np.float32(0.6))
    return sheet


def paint_flat(canvas: Canvas) -> Sheet:
    """Paint a flat wagon: bare, with goods of many kinds, or with something under a tarpaulin."""
    sheet, deck, half = _deck(canvas), canvas.body.model.height_m, canvas.half_length
    if canvas.design.random() < 0.3:
        ends = canvas.inside & (np.abs(canvas.x) > half - 0.15)
        sheet.put(ends, np.asarray(canvas.body.colour, np.float32), deck + float(canvas.design.choice([0.5, 1.2, 2.6])))
    if canvas.body.load in (Load.EMPTY, Load.CLOSED):
        return sheet
    reach, wide = half * canvas.rng.uniform(0.4, 0.95), canvas.half_width * canvas.design.uniform(0.5, 0.95)
    middle = canvas.rng.uniform(-1, 1) * (half - reach)
    on = (np.abs(canvas.x - middle) < reach) & (np.abs(canvas.y) < wide) & canvas.inside
    kind = _GOODS[int(canvas.design.integers(len(_GOODS)))]
    if canvas.body.load is Load.TARPED:  # lumps under tarpaulins: vehicles, machines
        lumps, bay = int(canvas.design.integers(1, 4)), 2 * reach / int(canvas.design.integers(1, 4))
        off = np.mod(canvas.x - middle + reach, np.float32(bay)) / np.float32(bay) - np.float32(0.5)
        on &= np.abs(off) < (0.5 if lumps == 1 else 0.44)
        tall = canvas.design.uniform(0.8, 2.6) * (1 - 0.5 * np.abs(off) - 0.3 * (canvas.y / canvas.half_width) ** 2)
        sheet.put(on, canvas.stains(canvas.plain(canvas.body.load_colour), 0.7), np.asarray(deck + tall, np.float32))
    elif kind == "vehicles":
        _vehicles(canvas, sheet, canvas.inside, deck)
    elif kind in ("logs", "pipes"):
        _logs(canvas, sheet, on, deck, float(canvas.design.uniform(0.5, 2.2)))
    elif kind == "coils":
        _coils(canvas, sheet, on, deck - 0.3)
    elif kind == "container":
        _boxes(canvas, sheet, (-half, half), deck, 0.6)
    else:
        tall = 0.35 if kind == "slabs" else float(canvas.rng.uniform(0.4, 2.6))
        sheet.put(on, canvas.stains(canvas.plain(canvas.body.load_colour), 0.7), deck + tall)
    return sheet


def paint_timber(canvas: Canvas) -> Sheet:
    """Paint a wagon with stanchions or bulkheads for timber, pipes or rails."""
    sheet, deck = _deck(canvas), canvas.body.model.height_m
    tall = float(canvas.design.uniform(1.2, 2.4))
    if canvas.body.load is not Load.EMPTY:
        on = (
            canvas.inside
            & (np.abs(canvas.y) < canvas.half_width - 0.12)
            & (np.abs(canvas.x) < canvas.half_length - 0.3)
        )
        _logs(canvas, sheet, on, deck, tall)
    posts = canvas.inside & (np.abs(canvas.y) > canvas.half_width - 0.16)
    posts &= canvas.every(float(canvas.design.uniform(1.2, 2.6)), 0.16)
    sheet.put(posts, np.asarray(canvas.body.colour, np.float32), deck + 2.2)
    if canvas.design.random() < 0.5:
        ends = canvas.inside & (np.abs(canvas.x) > canvas.half_length - 0.25)
        sheet.put(ends, np.asarray(canvas.body.colour, np.float32), deck + 2.4)
    return sheet


def paint_centerbeam(canvas: Canvas) -> Sheet:
    """Paint a flat with a wall along its middle, bare or with wrapped lumber on both sides."""
    sheet, deck = _deck(canvas), canvas.body.model.height_m
    if canvas.body.load is not Load.EMPTY:
        pitch = float(canvas.design.choice([2.5, 3.7, 5.0]))
        pack = np.floor((canvas.x + 100) / pitch) * 5 + np.sign(canvas.y)
        tone = np.float32(1) + np.float32(0.25) * np.sin(pack * 2.7 + np.float32(canvas.rng.uniform(0, 6)))
        base = np.array([0.70, 0.69, 0.66] if canvas.design.random() < 0.6 else canvas.body.load_colour, np.float32)
        rgb = np.clip(base * (tone + canvas.noise(0.05))[:, None], 0.03, 0.95)
        on = canvas.inside & ~canvas.every(pitch, 0.15) & (np.abs(canvas.x) < canvas.half_length - 0.5)
        sheet.put(on, rgb, deck + 2.9)
    beam = canvas.inside & ((np.abs(canvas.y) < 0.16) | (np.abs(canvas.x) > canvas.half_length - 0.3))
    sheet.put(beam, np.asarray(canvas.body.colour, np.float32), 4.3)
    return sheet


def _box(canvas: Canvas, sheet: Sheet, ends: tuple[float, float], top: float, wide: float = 1.22) -> None:
    """Set one container, or a trailer, on its wagon."""
    on = canvas.between(*ends) & (np.abs(canvas.y) < wide)
    colour = np.clip(_BOX_COLOURS[canvas.rng.integers(len(_BOX_COLOURS))] * canvas.rng.uniform(0.8, 1.25), 0.03, 0.92)
    grey = float(colour.mean())
    colour = grey + (colour - grey) * canvas.rng.uniform(0.3, 1.15)
    shade = np.where(canvas.every(0.5, 0.12), np.float32(0.9), np.float32(1))
    shade = shade * (1 + canvas.noise(0.05)) * np.float32(canvas.rng.uniform(0.85, 1.1))
    sheet.put(on, np.clip(colour.astype(np.float32) * shade[:, None], 0.02, 0.95), top)
    if canvas.rng.random() < 0.3:  # corrosion, dirt or standing water in the middle of its roof
        middle, reach = float(canvas.rng.uniform(*ends)), float(canvas.rng.uniform(0.4, 2.0))
        sheet.shade(on & (np.abs(canvas.x - middle) < reach), float(canvas.rng.uniform(0.6, 1.15)))
    sheet.drawn |= on


def _boxes(canvas: Canvas, sheet: Sheet, span: tuple[float, float], deck: float, full: float) -> None:
    """Set containers on a stretch of a wagon, ``full`` being the chance that each place is taken."""
    at = span[0] + float(canvas.rng.uniform(0.0, 0.4))
    trailers = canvas.design.random() < 0.15
    while True:
        fitting = [length for length in _BOXES_M if at + length <= span[1] + 0.05]
        if not fitting:
            return
        # Mostly the longest that fits.
        length = fitting[-1] if canvas.rng.random() < 0.45 else fitting[int(canvas.rng.integers(len(fitting)))]
        if canvas.rng.random() < full:
            _box(canvas, sheet, (at, at + length), deck + (3.0 if trailers else float(canvas.rng.choice([2.6, 2.9]))))
        at += length + float(canvas.rng.choice([canvas.rng.uniform(0.05, 0.2), canvas.rng.uniform(0.1, 0.9)]))


def paint_container(canvas: Canvas) -> Sheet:
    """Paint a container wagon, often a skeleton through which the ballast shows."""
    deck = canvas.body.model.height_m
    sheet = canvas.sheet(_FRAME * np.float32(canvas.design.uniform(0.7, 1.8)), deck)
    sheet.rgb = canvas.stains(sheet.rgb, 0.8)
    if canvas.design.random() < 0.6:
        hole = (np.abs(np.abs(canvas.y) - 0.75) < 0.45) & ~canvas.every(3.0, 0.5)
        sheet.drawn &= ~hole
    if canvas.body.load is not Load.EMPTY:
        _boxes(canvas, sheet, (-canvas.half_length, canvas.half_length), deck, 0.88)
    return sheet


def _skeleton(canvas: Canvas, low: float, high: float) -> Mask:
    """Return where a spine between two ends is: centre sill, bolsters, end platforms, sometimes thin side sills."""
    inside = canvas.inside & canvas.between(low, high)
    wide = np.abs(canvas.y)
    sill = wide < canvas.design.uniform(0.22, 0.5)
    bolster = canvas.every(float(canvas.design.uniform(2.4, 6.2)), float(canvas.design.uniform(0.25, 0.6)))
    ends = ~canvas.between(low + 1.0, high - 1.0)
    part = sill | bolster | ends
    if canvas.design.random() < 0.5:
        part |= wide > canvas.half_width - 0.2
    return inside & part


def _wheels(canvas: Canvas, sheet: Sheet, places: tuple[float, ...]) -> None:
    """Show bogies between the beams of a skeleton: two axles each, dark with rust."""
    for middle in places:
        off = np.abs(np.abs(canvas.x - middle) - 0.9)
        frame = (np.abs(np.abs(canvas.y) - 0.95) < 0.2) & (np.abs(canvas.x - middle) < 1.3)
        bogie = canvas.inside & ~sheet.drawn & ((off < 0.22) | frame)
        sheet.put(bogie, _FRAME * np.float32(canvas.design.uniform(0.4, 1.3)), 0.9)
        sheet.drawn |= bogie


def _frame_colour(canvas: Canvas) -> Array:
    like = _FRAME if canvas.design.random() < 0.4 else np.asarray(canvas.body.colour, dtype=np.float32)
    return np.asarray(like * np.float32(canvas.design.uniform(0.7, 1.2)), np.float32)


def paint_spine(canvas: Canvas) -> Sheet:
    """Paint a spine wagon, mostly empty: little more than a beam over the ballast."""
    sheet = canvas.sheet(_frame_colour(canvas), canvas.body.model.height_m)
    sheet.rgb = canvas.stains(sheet.rgb, 0.8)
    sheet.drawn = _skeleton(canvas, -canvas.half_length, canvas.half_length)
    _wheels(canvas, sheet, (-canvas.half_length + 1.9, canvas.half_length - 1.9))
    if canvas.body.load in (Load.LOADED, Load.TARPED):
        _boxes(canvas, sheet, (-canvas.half_length, canvas.half_length), canvas.body.model.height_m, 0.6)
    return sheet


def paint_articulated(canvas: Canvas) -> Sheet:
    """Paint two platforms that share a bogie, each with its containers and a gap between them."""
    sheet, half = canvas.sheet(_frame_colour(canvas), canvas.body.model.height_m), canvas.half_length
    sheet.rgb = canvas.stains(sheet.rgb, 0.8)
    gap = float(canvas.design.uniform(0.25, 0.6))
    link = canvas.inside & (np.abs(canvas.y) < 0.35) & (np.abs(canvas.x) < gap)
    if canvas.design.random() < 0.6:
        sheet.drawn = _skeleton(canvas, -half, -gap) | _skeleton(canvas, gap, half) | link
        _wheels(canvas, sheet, (-half + 1.9, 0.0, half - 1.9))
    else:
        sheet.drawn &= (np.abs(canvas.x) > gap) | link
    if canvas.body.load is not Load.EMPTY:
        for span in ((-half, -0.2), (0.2, half)):
            if canvas.rng.random() < 0.9:
                _boxes(canvas, sheet, span, canvas.body.model.height_m, 0.93)
    return sheet


def paint_well(canvas: Canvas) -> Sheet:
    """Paint a well car: trucks under end platforms, a low well between, single or double stacks."""
    sheet, half = canvas.sheet(np.asarray(canvas.body.colour, np.float32), 1.1), canvas.half_length
    sheet.rgb = canvas.stains(sheet.rgb, 0.8)
    inner = 12.3 if canvas.body.model.length_m < 22 else 16.3
    well = (np.abs(canvas.x) < inner / 2) & (np.abs(canvas.y) < canvas.half_width - 0.22)
    sheet.put(well, _FRAME * np.float32(0.7), 0.4)
    narrow = (np.abs(canvas.x) > inner / 2 + 0.8) & (np.abs(canvas.y) > 0.7)
    sheet.drawn &= ~narrow | (np.abs(canvas.x) > half - 0.5)
    sheet.drawn &= ~(well & ~canvas.every(3.0, 0.6)) | (canvas.design.random() < 0.5)
    _wheels(canvas, sheet, (-half + 1.7, half - 1.7))
    if canvas.body.load is Load.EMPTY:
        return sheet
    low, stacked = inner / 2 - 0.05, canvas.rng.random() < 0.65
    if canvas.rng.random() < 0.15:
        _boxes(canvas, sheet, (-low, low), 0.6, 1.0)
    else:
        _box(canvas, sheet, (-low, low), 3.5)
    if stacked:
        reach = float(canvas.rng.choice([6.1, 8.07]))
        _box(canvas, sheet, (-reach, reach), 6.3)
    return sheet


def paint_hoods(canvas: Canvas) -> Sheet:
    """Paint a coil wagon: two to five hoods in a row over a low deck, each faded in its own way."""
    deck = 1.3
    sheet = canvas.sheet(_FRAME * np.float32(canvas.design.uniform(0.6, 1.6)), deck)
    hoods, gap = int(canvas.design.integers(2, 6)), float(canvas.design.uniform(0.1, 0.5))
    pitch = 2 * (canvas.half_length - 0.3) / hoods
    index = np.floor((canvas.x + canvas.half_length - 0.3) / np.float32(pitch))
    off = np.mod(canvas.x + canvas.half_length - 0.3, np.float32(pitch))
    on = (off > gap / 2) & (off < pitch - gap / 2) & (index >= 0) & (index < hoods)
    on &= np.abs(canvas.y) < canvas.half_width - 0.1
    if canvas.rng.random() < 0.2:  # one is away, its trough open
        on &= index != canvas.rng.integers(hoods)
    tone = 1 + float(canvas.rng.uniform(0, 0.3)) * np.sin(index * 3.9 + np.float32(canvas.rng.uniform(0, 6)))
    rgb = canvas.stains(canvas.plain(canvas.body.colour) * tone[:, None].astype(np.float32), 0.5)
    sheet.put(on, rgb, canvas.arched(0.7))
    return sheet


def paint_car_carrier(canvas: Canvas) -> Sheet:
    """Paint an open double-deck carrier in two halves, its upper deck bare or full of cars."""
    upper = 3.0
    sheet = canvas.sheet(np.asarray(canvas.body.colour, np.float32), upper)
    canvas.weather(sheet, 0.6)
    rail = np.abs(canvas.y) > canvas.half_width - 0.15
    trough = np.abs(np.abs(canvas.y) - 0.75) < 0.3
    sheet.shade(trough, float(canvas.design.uniform(0.5, 1.3)))
    sheet.shade(canvas.every(float(canvas.design.uniform(0.6, 2.5)), 0.2) & ~trough, 0.6)
    middle = np.abs(canvas.x) < 0.25
    sheet.put(middle & (np.abs(canvas.y) > 0.4), _FRAME * np.float32(0.6), 1.0)
    lowered = np.abs(canvas.x) > canvas.half_length - float(canvas.design.uniform(0.5, 3.0))
    sheet.height[lowered] = 2.3
    if canvas.body.load is not Load.EMPTY:
        _vehicles(canvas, sheet, canvas.inside & ~rail, upper)
    sheet.put(rail & canvas.inside & ~middle, np.asarray(canvas.body.colour, np.float32), upper + 0.4)
    return sheet
