"""What is known of the terms of the providers whose catalogues say "proprietary" or nothing at all.

Only data that a provider gives to everyone are listed as such. A provider that sells images is listed so that the
report can say why its image is left out; where such a provider opens an image, its catalogue names the licence, and
that goes before this table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wayside.model.scenes import Publication

__all__ = ["KNOWN_TERMS", "KnownTerms"]


def _words(*names: str) -> re.Pattern[str]:
    """Return a pattern for any of the names as a whole word, of which digits and dashes may follow."""
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(names)})(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class KnownTerms:
    """A provider's terms, and how to tell that they hold.

    Attributes:
        id: what the licence is called.
        publication: whether the image may be shown.
        why: one sentence.
        sensors: platforms, constellations and collections that are the provider's alone.
        makers: the provider's names, as producer or licensor.
        addresses: where the terms are published; a link of a catalogue there says that they hold.
        line: attribution, with ``{year}`` and ``{platform}`` for what is known; empty to build one.
        url: where the terms can be read.
        either: True where ``makers`` alone tell, as they always do for terms that forbid; False where a sensor must be
            named too.
    """

    id: str
    publication: Publication
    why: str
    sensors: re.Pattern[str]
    makers: re.Pattern[str]
    addresses: re.Pattern[str] | None = None
    line: str = ""
    url: str = ""
    either: bool = False


KNOWN_TERMS: Sequence[KnownTerms] = (
    KnownTerms(
        "Copernicus-Sentinel-Data",
        Publication.WITH_ATTRIBUTION,
        "Copernicus Sentinel data are free to use where their source is named.",
        _words(r"sentinel[-_ ]?[1-6][a-d]?"),
        _words("esa", "european space agency", "copernicus", "european commission", "european union"),
        _words(
            r"(?:scihub|sentinels?|dataspace|documentation\.dataspace|sentiwiki|cds\.climate)\.copernicus\.eu",
            r"sentinels?\.esa\.int",
            r"sentinel\.esa\.int",
        ),
        "Contains modified Copernicus Sentinel data {year}; {platform}",
        "https://sentinels.copernicus.eu/documents/247904/690755/Sentinel_Data_Legal_Notice",
    ),
    KnownTerms(
        "USGS-public-domain",
        Publication.YES,
        "Landsat data are in the public domain; the U.S. Geological Survey asks to be named.",
        _words(r"landsat(?:[-_ ]?[1-9])?", r"l[ceot]0[1-9]"),
        _words("usgs", "u\\.?s\\.? geological survey", "united states geological survey", "nasa"),
        _words(r"usgs\.gov"),
        "{platform} image courtesy of the U.S. Geological Survey, {year}",
        "https://www.usgs.gov/emergency-operations-portal/data-policy",
    ),
    KnownTerms(
        "NASA-open-data",
        Publication.YES,
        "NASA's Earth science data are open without conditions; NASA asks to be named.",
        _words(r"hls(?:[sl]30)?(?:2)?"),
        _words("nasa", "lp daac", "lpdaac", "lpcloud"),
        _words(r"earthdata\.nasa\.gov"),
        "{platform} image courtesy of NASA, {year}",
        "https://www.earthdata.nasa.gov/engage/open-data-services-software-policies/data-information-policy",
    ),
    KnownTerms(
        "USDA-public-domain",
        Publication.YES,
        "Images of the National Agriculture Imagery Program are in the public domain; the USDA asks to be named.",
        _words("naip"),
        _words("usda", "u\\.?s\\.? department of agriculture", "farm service agency", "fpac"),
        _words(r"(?:fsa|fpacbc)\.usda\.gov"),
        "NAIP image courtesy of the U.S. Department of Agriculture, {year}",
        "https://www.fsa.usda.gov/help/policies-and-links",
    ),
    KnownTerms(
        "swisstopo-OGD",
        Publication.WITH_ATTRIBUTION,
        "swisstopo's open data are free to use where their source is named.",
        _words("swissimage", r"ch\.swisstopo"),
        _words("swisstopo", "federal office of topography"),
        _words(r"swisstopo\.admin\.ch", r"geo\.admin\.ch"),
        "© swisstopo, {year}",
        "https://www.swisstopo.admin.ch/en/terms-of-use-free-geodata-and-geoservices",
    ),
    KnownTerms(
        "CC-BY-4.0",
        Publication.WITH_ATTRIBUTION,
        "OpenAerialMap's images are under CC-BY-4.0: everyone may show them with their attribution.",
        _words("openaerialmap"),
        _words("openaerialmap", "open aerial map", "hotosm"),
        _words(r"openaerialmap\.org"),
        url="https://openaerialmap.org/legal/",
        either=True,
    ),
    *(
        KnownTerms(
            "proprietary",
            Publication.NO,
            f"Images of {name} are sold under terms that do not let everyone show them.",
            sensors,
            makers,
        )
        for name, sensors, makers in (
            (
                "Planet",
                _words(r"planetscope\w*", r"skysat\w*", r"rapideye\w*", r"psscene\w*", r"psorthotile\w*"),
                _words("planet", "planet labs(?: pbc)?"),
            ),
            (
                "Vantor (Maxar)",
                _words(r"worldview\w*", r"wv0[1-4]\w*", r"geoeye\w*", r"quickbird\w*", "ikonos", r"legion\w*"),
                _words("maxar", "vantor", "digitalglobe"),
            ),
            ("Airbus", _words(r"pl[eé]iades", "spot[-_ ]?[1-7]", "phr", "pneo"), _words("airbus(?: ds)?", "astrium")),
            ("Umbra", _words("umbra"), _words("umbra(?: lab)?")),
            ("Capella Space", _words("capella"), _words("capella(?: space)?")),
            ("ICEYE", _words("iceye"), _words("iceye")),
            ("BlackSky", _words("blacksky"), _words("blacksky")),
            ("Satellogic", _words("newsat", "satellogic"), _words("satellogic")),
            ("SI Imaging Services", _words("kompsat"), _words("si imaging", "siis", "kari")),
            ("Chang Guang Satellite", _words("jilin"), _words("chang guang", "cgstl")),
            ("21AT", _words("triplesat", "superview"), _words("21at", "twenty first century aerospace")),
        )
    ),
)
