"""The page's standing paragraphs."""

from __future__ import annotations

from counting_cases import BLUR_PX, JPEG_QUALITY, NOISE_DN, OPTICS_PX

HEAD = """\
`make accuracy` writes this page: it counts every labelled real image beside the checkout, as it was taken and made
worse in known ways, scores the counts against a reader's labels, and writes down what comes out. No number is chosen
by hand and no drawn image enters. The scores that must not become worse are pinned in
`tests/gates/counting_floors.json`. The images were looked at while the counter was made, so they are no blind test;
and they are few, so every share here comes with its number of cases.
"""

REGIMES = """\
A blurred, noisy or compressed image stays in the regime of its pixels, though it shows less.
"""

MADE_WORSE = f"""\
Coarser: optics of {OPTICS_PX:g} coarse pixels, then the exact average over each. JPEG: quality {JPEG_QUALITY}. Blur:
{BLUR_PX:g} pixels. Noise: {NOISE_DN:g} DN in every band. Labels are those of the sharp image, so they say more than a
reader could see on the worse one.
"""

GROUND = """\
{km:.1f} km of lines where no railway is: two across and two aslant every piece of ground (0.3 m), and some along the
street, the parked cars and the running track in `road_a`, whose own labels follow a railway of two empty tracks. A
line is empty where the mean count is under half a car.
"""

INTERVALS = """\
Counts are whole numbers, so the smallest interval that holds 90 % mostly holds more; “they claim” is the mean
probability inside the intervals as given, which is what a calibrated counter's share comes to.
"""

DIAGRAM = """\
Left: every statement “this track has n cars” with a probability of at least 0.5 %, over {sure} tracks whose reader
was sure; bars are the standard deviation that its number of cases would give were it right. Middle: flat is
calibrated, a hill in the middle is too wide, heaps at the ends are too narrow; without the counts that are 99 %
certain. Versions of one image are not independent of each other: these are fewer cases than they seem.
"""

PEERS = """\
Total, mean absolute error per track, seconds of CPU. Every one counted the same images and the same tracks; a
detection counts for the track that it lies on. How long the detector was trained, and how well it does on drawn
tiles, stands in [benchmarks/peers](../benchmarks/peers/README.md).
"""

FAILURES = """\
Every track of an image as taken that is off by more than half a car, or whose 90 % interval does not hold the truth.
`make accuracy` draws them as strips into `build/accuracy/` (labelled couplings are ticks above, found cars bars
below); the images themselves are no part of this project. The causes were written down by looking at these strips,
and are kept in `benchmarks/accuracy/causes.json`.
"""

MEANINGS = """\
- **true**: the reader's best number, and the range where the reader was not sure. Errors, bias and mean absolute
  error (MAE) are those of the distribution's mean against the best number; “outside the range” counts only what lies
  beyond the reader's range. An interval holds the truth where it overlaps that range.
- **gap precision, gap recall**: boundaries between neighbouring cars of the best segmentation, matched one to one
  with labelled couplings along the track, at most 1.5 m or 1.5 pixels apart, whichever is more; only on tracks where
  the reader marked every coupling.
- **score / expected**: the mean ranked probability score per track in cars (0 is perfect; that of a certain count is
  its error), and what the distributions expect of it. Were they calibrated, the two would agree: a score far under
  its expectation says that intervals are wider than they need be, one far over it that they are too narrow. Only
  tracks whose reader was sure.
- **width of 90 %**: mean of upper less lower end, in cars; of totals in per cent of the true total.
"""
