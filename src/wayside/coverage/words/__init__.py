"""Tokens, sentences, numbers, names: what every other room reads texts by."""
