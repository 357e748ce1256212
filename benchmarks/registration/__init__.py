"""How well scenes are registered: pairs of pictures with known shifts, drawn and real, and what was found on them."""
