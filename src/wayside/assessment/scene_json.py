"""One scene of an assessment as JSON, with where it came from and how well it was seen."""

from __future__ import annotations

from typing import Any

from wayside.assessment.addresses import public_address, without_parameters
from wayside.assessment.assessment import Counted, CountedScene
from wayside.assessment.seeing import hidden_of
from wayside.model.counts import CountDistribution
from wayside.model.observations import Registration
from wayside.model.provenance import Provenance, SourceAsset, SourceItem
from wayside.model.scenes import Licence, Scene

__all__ = ["count_to_json", "scene_to_json"]


def count_to_json(count: CountDistribution) -> dict[str, Any]:
    """Return a distribution in brief."""
    return {"mean": round(count.mean, 6), "median": count.median, "interval90": list(count.interval(0.9))}


def scene_to_json(row: CountedScene, counted: Counted) -> dict[str, Any]:
    """Return a scene with what was counted in it; no address in it has parameters, and none is of the own network."""
    scene, result = row.scene, row.result
    return {
        "id": scene.id,
        "acquired": scene.acquired.isoformat(),
        "provider": scene.provider,
        "platform": scene.platform,
        "gsd_m": result.gsd_m,
        "view": _view(scene),
        "status": result.status.value,
        "reasons": [without_parameters(reason) for reason in result.reasons],
        "count": count_to_json(counted.of(result)) if row.usable else None,
        "visible_fraction": round(result.visible_fraction, 6),
        "hidden": {str(what): round(share, 6) for what, share in hidden_of(result).items()},
        "registered": result.registration.registered,
        "registration": _registration(result.registration),
        "kind": row.kind.value,
        "author": row.author,
        "checksum": scene.checksum,
        "licence": _licence(scene.licence),
        "drawn": scene.drawn,
        "provenance": None if scene.provenance is None else _provenance(scene.provenance),
    }


def _view(scene: Scene) -> dict[str, float | None]:
    return {
        "off_nadir_deg": scene.off_nadir_deg,
        "azimuth_deg": scene.view_azimuth_deg,
        "sun_elevation_deg": scene.sun_elevation_deg,
        "sun_azimuth_deg": scene.sun_azimuth_deg,
        "cloud_cover_pct": scene.cloud_cover_pct,
        "snow_cover_pct": scene.snow_cover_pct,
    }


def _registration(fit: Registration) -> dict[str, Any] | None:
    if not fit.registered:
        return None
    return {
        "east_m": round(fit.east_m, 3),
        "north_m": round(fit.north_m, 3),
        "quality": round(fit.quality, 4),
        "reference": fit.reference,
        "spread_m": None if fit.spread_m is None else round(fit.spread_m, 3),
    }


def _licence(licence: Licence) -> dict[str, str]:
    return {
        "id": licence.id,
        "attribution": without_parameters(licence.attribution),
        "publishable": str(licence.publication),
        "why": without_parameters(licence.why),
        "url": public_address(licence.url),
    }


def _provenance(source: Provenance) -> dict[str, Any]:
    return {
        "items": [_item(item) for item in source.items],
        "others": [_item(item) for item in source.others],
        "retrieved": source.retrieved.isoformat(),
        "software": source.software,
        "notes": [without_parameters(note) for note in source.notes],
    }


def _item(item: SourceItem) -> dict[str, Any]:
    return {
        "source": without_parameters(item.source),
        "catalogue": public_address(item.catalogue),
        "collection": without_parameters(item.collection),
        "item": without_parameters(item.item),
        "href": public_address(item.href),
        "version": without_parameters(item.version),
        "processed": None if item.processed is None else item.processed.isoformat(),
        "assets": [_asset(asset) for asset in item.assets],
    }


def _asset(asset: SourceAsset) -> dict[str, Any]:
    return {
        "key": asset.key,
        "href": public_address(asset.href),
        "checksum": asset.checksum,
        "size": asset.size,
    }
