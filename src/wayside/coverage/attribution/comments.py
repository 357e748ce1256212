"""Those who speak of what others have found: governments, leaders, their spokesmen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wayside.coverage.attribution import grammar as g
from wayside.coverage.attribution.known import known

if TYPE_CHECKING:
    from wayside.coverage.attribution.grammar import Grammar
    from wayside.coverage.attribution.register import Entity, Register
    from wayside.coverage.attribution.views import View

__all__ = ["comments"]

_POWERS: Final = frozenset({"government", "military", "state", "court"})


def comments(view: View, entity: Entity | None, register: Register, rules: Grammar) -> bool:
    """Tell a government, a leader, a spokesman who speak of what others have found: no word of pictures or counts."""
    if entity is None or any(bits & (g.IMAGERY | g.REPORT | g.NUMBERS) for bits in view.bits):
        return False
    one = known(entity.part_of or "")
    of_power = one is not None and one.kind in _POWERS
    office = entity.person and (of_power or any(rules.bits.get(noun, 0) & g.OFFICE for noun in entity.nouns))
    return office or entity.kind == "state" or bool(register.kinds_of(entity, rules) & _POWERS)
