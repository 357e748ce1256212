"""What a user would otherwise run, on the same pairs: scikit-image and OpenCV. Runs in an environment of its own.

python peers.py PAIRS.npz RESULTS.json
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.registration import phase_cross_correlation

Grey = NDArray[np.float32]
Found = tuple[float, float] | None
_LEAST_MATCHES = 10


def _filled(picture: Grey) -> Grey:
    return np.where(np.isfinite(picture), picture, np.nanmean(picture)).astype(np.float32)


def _eight_bit(picture: Grey) -> NDArray[np.uint8]:
    low, high = np.percentile(picture, [1, 99])
    return np.clip((picture - low) / max(high - low, 1e-6) * 255, 0, 255).astype(np.uint8)


def phase(one: Grey, other: Grey) -> Found:
    """Phase cross-correlation with its defaults, but to a fiftieth of a pixel."""
    down, right = phase_cross_correlation(_filled(one), _filled(other), upsample_factor=50)[0]
    return -float(right), -float(down)


def masked(one: Grey, other: Grey) -> Found:
    """Masked normalised correlation (Padfield 2012): whole pixels only."""
    down, right = phase_cross_correlation(
        _filled(one), _filled(other), reference_mask=np.isfinite(one), moving_mask=np.isfinite(other)
    )[0]
    return -float(right), -float(down)


def opencv_phase(one: Grey, other: Grey) -> Found:
    """Phase correlation with a Hann window."""
    window = cv2.createHanningWindow(one.shape[::-1], cv2.CV_32F)
    (right, down), _ = cv2.phaseCorrelate(_filled(one), _filled(other), window)
    return right, down


def ecc(one: Grey, other: Grey) -> Found:
    """Enhanced correlation coefficient, started at no shift."""
    warp = np.eye(2, 3, dtype=np.float32)
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 200, 1e-5)
    try:
        _, warp = cv2.findTransformECC(_eight_bit(_filled(one)), _eight_bit(_filled(other)), warp, 0, criteria, None, 5)
    except cv2.error:
        return None
    return float(warp[0, 2]), float(warp[1, 2])


def orb(one: Grey, other: Grey) -> Found:
    """ORB key points, matched both ways; the median of the matches that agree with a RANSAC fit."""
    detector = cv2.ORB_create(4000, fastThreshold=5)
    (a, da), (b, db) = (detector.detectAndCompute(_eight_bit(_filled(p)), None) for p in (one, other))
    if da is None or db is None:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(da, db)
    if len(pairs) < _LEAST_MATCHES:
        return None
    source, target = np.array([a[m.queryIdx].pt for m in pairs]), np.array([b[m.trainIdx].pt for m in pairs])
    _, inside = cv2.estimateAffinePartial2D(source, target, ransacReprojThreshold=1.5)
    if inside is None or inside.sum() < _LEAST_MATCHES:
        return None
    right, down = np.median((target - source)[inside.ravel() > 0], axis=0)
    return float(right), float(down)


METHODS: dict[str, Callable[[Grey, Grey], Found]] = {
    "scikit-image phase_cross_correlation": phase,
    "the same, masked": masked,
    "OpenCV phaseCorrelate": opencv_phase,
    "OpenCV ECC": ecc,
    "OpenCV ORB, RANSAC": orb,
}


def main() -> None:
    pairs, target = Path(sys.argv[1]), Path(sys.argv[2])
    cv2.setNumThreads(1)
    rows = []
    with np.load(pairs) as data:
        for k in range(len(data.files) // 2):
            one, other = data[f"one{k}"], data[f"other{k}"]
            found = {}
            for name, method in METHODS.items():
                start = time.process_time()
                found[name] = (method(one, other), time.process_time() - start)
            rows.append(found)
    target.write_text(json.dumps(rows))


if __name__ == "__main__":
    main()
