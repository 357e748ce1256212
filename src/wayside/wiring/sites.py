"""Sites from OpenStreetMap data: the files read, the site built, the file written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from wayside.archive.files import write_json
from wayside.archive.osm.area import Outline, around, bounds, footprints_in, read_outlines
from wayside.archive.osm.building import ATTRIBUTION, LICENCE, BuiltSite, SiteRequest, build_site, built_to_geojson
from wayside.archive.osm.pieces import Rules
from wayside.archive.osm.query import overpass_query
from wayside.archive.osm.reading import read_osm
from wayside.archive.osm.tags import DEFAULT_KINDS, Choice
from wayside.archive.tracks import read_site_file
from wayside.errors import InputError, TracksError
from wayside.model.places import MapPoint

__all__ = [
    "ATTRIBUTION",
    "DEFAULT_KINDS",
    "LICENCE",
    "BuiltSite",
    "Place",
    "SiteOptions",
    "make_site",
    "site_query",
    "write_site",
]

_RADIUS_M = 1_000.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a site is; one of the four at most.

    Attributes:
        bbox: "west,south,east,north" in degrees; empty for none.
        around: "longitude,latitude" in degrees; empty for none.
        radius_m: how far around, metres; None for 1 km.
        area: GeoJSON of polygons; None for none.
        within: name of a railway area of the data; empty for none.
    """

    bbox: str = ""
    around: str = ""
    radius_m: float | None = None
    area: Path | None = None
    within: str = ""

    def outlines(self) -> tuple[Outline, ...]:
        """Return the outlines that are given, none where the site is all of the file or has a name.

        Raises:
            InputError: two of them, malformed numbers, or a file that cannot be used.
        """
        given = [n for n, v in (("--bbox", self.bbox), ("--around", self.around), ("--area", self.area),
                                ("--within", self.within)) if v]  # fmt: skip
        if len(given) > 1:
            raise InputError(f"{' and '.join(given)} are both given", todo="Say in one way where the site is")
        if self.radius_m is not None and not self.around:
            raise InputError("--radius is given without --around", todo="Give --around LON,LAT too")
        if self.bbox:
            west, south, east, north = _numbers(self.bbox, 4, "--bbox", "west,south,east,north")
            return (bounds(west, south, east, north),)
        if self.around:
            lon, lat = _numbers(self.around, 2, "--around", "longitude,latitude")
            return (around(lon, lat, _RADIUS_M if self.radius_m is None else self.radius_m),)
        return read_outlines(self.area) if self.area is not None else ()


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """What ``wayside site`` is asked for.

    Attributes:
        name: what reports call the place; the file's name where empty.
        id: its short name; made from the name where empty.
        note: a sentence for every report; may be empty.
        place: where it is.
        kinds: kinds of railway that are taken.
        main: whether main lines are taken.
        least_m: shorter pieces are no tracks, metres.
        clearance_m: distance of centrelines at a fouling point, metres; 0 keeps tracks whole.
        through: whether tracks go straight on through turnouts.
        zones: whether storage zones are taken from the data.
        zone_files: GeoJSON files of further zones.
        keep: GeoJSON of an earlier site, whose track numbers are kept; None for none.
        near: "longitude,latitude" where the site ought to be; empty where nobody said.
        scenes: a workspace or a folder of STAC items whose scenes show the site; None for none.
    """

    name: str = ""
    id: str = ""
    note: str = ""
    place: Place = field(default_factory=Place)
    kinds: tuple[str, ...] = DEFAULT_KINDS
    main: bool = True
    least_m: float = 60.0
    clearance_m: float = 3.5
    through: bool = False
    zones: bool = True
    zone_files: tuple[Path, ...] = ()
    keep: Path | None = None
    near: str = ""
    scenes: Path | None = None


def make_site(source: Path, options: SiteOptions) -> BuiltSite:
    """Read OpenStreetMap data and build a site.

    Args:
        source: Overpass JSON, .osm, .osm.gz, .osm.bz2, .osm.pbf, GeoJSON or GeoPackage.
        options: which tracks, and how.

    Raises:
        InputError: a file or an option that cannot be used, or no track left.
        OutsideError: the disk refuses.
    """
    outlines = options.place.outlines()
    request = SiteRequest(
        name=options.name or source.name.split(".")[0] or "site",
        id=options.id,
        note=options.note,
        outlines=outlines,
        within=options.place.within,
        choice=Choice(options.kinds, options.main),
        rules=Rules(options.least_m, options.clearance_m, options.through),
        zones=options.zones,
        own_zones=tuple(o for path in options.zone_files for o in read_outlines(path)),
        keep=None if options.keep is None else read_site_file(options.keep),
        footprints=_footprints(options),
    )
    return build_site(read_osm(source), request)


def _footprints(options: SiteOptions) -> tuple[tuple[MapPoint, ...], ...]:
    found = footprints_in(options.scenes) if options.scenes is not None else ()
    if not options.near:
        return found
    lon, lat = _numbers(options.near, 2, "--near", "longitude,latitude")
    return (*found, around(lon, lat, _RADIUS_M).ring)


def _numbers(text: str, count: int, option: str, form: str) -> Sequence[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != count:
        raise InputError(f"{text!r} is not {form}", where=option, todo="Write degrees with points, parted by commas")
    return numbers


def write_site(built: BuiltSite, path: Path, *, anyway: bool = False) -> None:
    """Write a site's GeoJSON; it appears whole, by rename.

    Args:
        built: the site.
        path: the file.
        anyway: whether to write it where it has errors.

    Raises:
        TracksError: the site has errors; all of them are in the message, and nothing is written.
        OutsideError: the disk refuses.
    """
    if built.errors and not anyway:
        raise TracksError(
            "; ".join(f.what for f in built.errors), where=built.site.name, todo="Mend it, or write it with --force"
        )
    write_json(path, built_to_geojson(built))


def site_query(place: Place) -> str:
    """Return the Overpass query for a place (``InputError`` for one that cannot be used)."""
    return overpass_query(place.outlines(), place.within)
