"""A result in the JSON that ``wayside coverage --json`` prints; the schema is docs/schemas/coverage.json."""

from wayside.coverage.output.result import to_json

__all__ = ["to_json"]
