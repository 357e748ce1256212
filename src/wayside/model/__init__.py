"""The values that travel between the rooms: frozen, and checked when they are made."""
