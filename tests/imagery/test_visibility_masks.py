"""Providers' masks against their published definitions, every class and every bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from wayside.errors import ImageError
from wayside.imagery.visibility.masks import bands_needed, decode_mask
from wayside.model.acquisitions import MaskKind
from wayside.model.visibility import Obstruction, obstruction_of

CLOUD, SHADOW, NODATA = Obstruction.CLOUD, Obstruction.CLOUD_SHADOW, Obstruction.NODATA
HAZE, DEFECTIVE = Obstruction.HAZE, Obstruction.DEFECTIVE


def decoded(kind: MaskKind, *values: int, dtype: str = "uint16") -> list[Obstruction | None]:
    codes = decode_mask(kind, np.array([[values]], dtype=dtype))
    return [obstruction_of(code) if code else None for code in codes[0].tolist()]


def udm2(**bands: int) -> Obstruction | None:
    order = ("clear", "snow", "shadow", "light_haze", "heavy_haze", "cloud", "confidence", "udm1")
    values = np.array([bands.get(name, 0) for name in order], np.uint8).reshape(8, 1, 1)
    code = int(decode_mask(MaskKind.UDM2, values)[0, 0])
    return obstruction_of(code) if code else None


SCL = {
    0: NODATA,  # no data
    1: DEFECTIVE,  # saturated or defective
    2: None,  # dark area, cast shadow
    3: SHADOW,  # cloud shadow
    4: None,  # vegetation
    5: None,  # not vegetated
    6: None,  # water
    7: None,  # unclassified
    8: CLOUD,  # cloud, medium probability
    9: CLOUD,  # cloud, high probability
    10: None,  # thin cirrus
    11: None,  # snow or ice
}


@pytest.mark.parametrize(("value", "wanted"), SCL.items())
def test_every_class_of_the_scene_classification(value: int, wanted: Obstruction | None) -> None:
    assert decoded(MaskKind.SCL, value, dtype="uint8") == [wanted]


# Whole values as USGS lists them for Landsat 8 and 9, Collection 2 (table of pixel values of QA_PIXEL).
QA_PIXEL = {
    1: NODATA,  # fill
    21824: None,  # clear, lows set
    21826: None,  # dilated cloud over land
    21888: None,  # water, lows set
    21890: None,  # dilated cloud over water
    22080: CLOUD,  # mid confidence cloud: see below
    22280: CLOUD,  # high confidence cloud
    23826: SHADOW,  # dilated cloud with cloud shadow
    23888: SHADOW,  # high confidence cloud shadow
    23952: SHADOW,  # water with cloud shadow
    24088: CLOUD,  # mid confidence cloud with shadow
    24216: CLOUD,  # mid confidence cloud with shadow over water
    30048: None,  # high confidence snow or ice
    54596: None,  # high confidence cirrus
    55052: CLOUD,  # cirrus and high confidence cloud
}
_MID_CLOUD_WITHOUT_ITS_BIT = 22080


@pytest.mark.parametrize(("value", "wanted"), QA_PIXEL.items())
def test_landsats_pixel_values(value: int, wanted: Obstruction | None) -> None:
    if value == _MID_CLOUD_WITHOUT_ITS_BIT:
        # The confidence bits say "medium", the cloud bit is not set: the provider does not call it cloud.
        assert not value & 0b1000
        assert decoded(MaskKind.QA_PIXEL, value) == [None]
    else:
        assert decoded(MaskKind.QA_PIXEL, value) == [wanted]


@given(st.integers(0, 65535))
def test_landsats_bits_count_one_by_one(value: int) -> None:
    fill, cloud, shadow = value & 1, value & 8, value & 16
    wanted = NODATA if fill else CLOUD if cloud else SHADOW if shadow else None
    assert decoded(MaskKind.QA_PIXEL, value) == [wanted]


@given(st.integers(0, 255))
def test_the_harmonised_masks_bits_count_one_by_one(value: int) -> None:
    cloud, shadow = value & 2, value & 8
    wanted = NODATA if value == 255 else CLOUD if cloud else SHADOW if shadow else None
    assert decoded(MaskKind.FMASK, value, dtype="uint8") == [wanted]


@given(st.integers(0, 255))
def test_the_older_planet_masks_bits_count_one_by_one(value: int) -> None:
    wanted = NODATA if value & 1 else CLOUD if value & 2 else DEFECTIVE if value & 0b11111100 else None
    assert decoded(MaskKind.UDM, value, dtype="uint8") == [wanted]


@pytest.mark.parametrize(
    ("band", "wanted"),
    [("clear", None), ("snow", None), ("shadow", SHADOW), ("light_haze", None), ("heavy_haze", HAZE), ("cloud", CLOUD)],
)
def test_every_band_of_the_usable_data_mask(band: str, wanted: Obstruction | None) -> None:
    assert udm2(**{band: 1}, confidence=87) is wanted


def test_the_usable_data_mask_overrules_the_older_clouds_bit_alone() -> None:
    assert udm2(snow=1, udm1=0b10) is None  # the older mask takes snow for cloud
    assert udm2(udm1=0b1) is NODATA
    assert udm2(cloud=1, udm1=0b1) is NODATA
    assert udm2(clear=1, udm1=0b100) is DEFECTIVE
    assert udm2(clear=1, confidence=1) is None  # a confidence of one per cent is no class


@given(st.integers(0, 65535))
def test_a_plain_cloud_mask_is_cloud_where_it_is_not_zero(value: int) -> None:
    assert decoded(MaskKind.CLOUD, value) == [CLOUD if value else None]


@pytest.mark.parametrize("kind", list(MaskKind))
def test_shapes_are_kept_and_unknown_values_hide_nothing(kind: MaskKind) -> None:
    nothing = 32 if kind is MaskKind.SCL else 0  # of the classes 0 to 11, 0 is no data
    codes = decode_mask(kind, np.full((len(bands_needed(kind)), 3, 5), nothing, np.uint8))
    assert codes.shape == (3, 5)
    assert not codes.any()


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        (MaskKind.UDM2, np.zeros((7, 2, 2), np.uint8), "has 8 bands, not 7"),
        (MaskKind.SCL, np.zeros((0, 2, 2), np.uint8), "has 1 bands, not 0"),
        (MaskKind.SCL, np.zeros((1, 2, 2), np.float32), "whole numbers"),
    ],
)
def test_what_is_no_such_mask_is_refused(kind: MaskKind, values: NDArray[np.generic], said: str) -> None:
    with pytest.raises(ImageError, match=said):
        decode_mask(kind, values)
