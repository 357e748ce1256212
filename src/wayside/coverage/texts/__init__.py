"""Bytes to documents: formats, charset, language, what is the article and what the page around it."""
