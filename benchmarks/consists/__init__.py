"""How well trains are recognised again: drawn, counted and matched."""
