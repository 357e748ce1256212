"""Which documents tell one story, where each takes from, what changed on the way."""
