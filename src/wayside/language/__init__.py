"""Sentences as data: one table a subject and language, and how dates and numbers are written in them."""
