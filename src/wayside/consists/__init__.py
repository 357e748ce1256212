"""Trains recognised again: the cars of one train as a sequence, and where the same sequence stands elsewhere."""
