"""Opens exports in QGIS and prints what it made of them as JSON; run by the Python that QGIS belongs to.

Arguments: a picture to write, then one source for each layer, as QGIS writes them (``FILE|layername=NAME``).
"""

from __future__ import annotations

import json
import os
import sys

from qgis.core import (
    NULL,
    QgsApplication,
    QgsExpression,
    QgsExpressionContext,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsSymbol,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor


def main(picture: str, sources: list[str]) -> None:
    application = QgsApplication([], False)
    application.initQgis()
    layers = [QgsVectorLayer(source, str(number), "ogr") for number, source in enumerate(sources)]
    told = [_told(layer) for layer in layers]
    sys.stdout.write(json.dumps({"layers": told, "drawn": _drawn(layers, picture)}) + "\n")
    sys.stdout.flush()
    os._exit(0)  # QGIS may crash when Python takes its layers and the application apart in another order


def _told(layer: QgsVectorLayer) -> dict[str, object]:
    layer.loadDefaultStyle()  # as the application does once more when it adds a layer
    context = layer.createExpressionContext()
    features = list(layer.getFeatures())
    renderer = layer.renderer()
    label = layer.labeling().settings().fieldName if layer.labelsEnabled() else None
    categories = renderer.categories() if renderer.type() == "categorizedSymbol" else []  # own their symbols
    symbol = categories[0].symbol() if categories else renderer.symbol()
    opacity = symbol.dataDefinedProperties().property(QgsSymbol.PropertyOpacity).asExpression()
    return {
        "valid": layer.isValid(),
        "features": layer.featureCount(),
        "crs": layer.crs().authid(),
        "broken": sum(f.hasGeometry() and not f.geometry().isGeosValid() for f in features),
        "renderer": renderer.type(),
        "colours": _colours(renderer),
        "labels": [_value(label, context, feature) for feature in features] if label is not None else None,
        "label_errors": "" if label is None else _parsed(label),
        "opacities": [_value(opacity, context, feature) for feature in features] if opacity else [],
        "names": [_value(layer.displayExpression(), context, feature) for feature in features[:3]],
        "fields": {field.name(): [field.typeName(), field.alias()] for field in layer.fields()},
        "timed": layer.temporalProperties().isActive() and layer.temporalProperties().startField(),
    }


def _colours(renderer) -> dict[str, str]:  # noqa: ANN001 - QGIS has no types here
    if renderer.type() != "categorizedSymbol":
        return {}
    return {category.label(): category.symbol().color().name() for category in renderer.categories()}


def _parsed(expression: str) -> str:
    return QgsExpression(expression).parserErrorString()


def _value(expression: str, context: QgsExpressionContext, feature) -> object:  # noqa: ANN001
    asked = QgsExpression(expression)
    context.setFeature(feature)
    asked.prepare(context)
    value = asked.evaluate(context)
    if asked.hasParserError() or asked.hasEvalError():
        return f"error: {asked.parserErrorString()} {asked.evalErrorString()}"
    return None if value == NULL else value


def _drawn(layers: list[QgsVectorLayer], picture: str) -> int:
    """Draw all layers on white; return how many colours the picture has."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(layers[0].crs())
    box = layers[0].extent()
    for layer in layers:
        box.combineExtentWith(layer.extent())
    box.grow(0.0005)
    settings.setExtent(box)
    settings.setOutputSize(QSize(600, 400))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    assert not job.errors(), [error.message for error in job.errors()]
    image = job.renderedImage()
    image.save(picture)
    return len({image.pixel(x, y) for x in range(0, 600, 2) for y in range(0, 400, 2)})


main(sys.argv[1], sys.argv[2:])
