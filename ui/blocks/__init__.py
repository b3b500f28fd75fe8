"""Pieces of a page: choices, tables, notes, cards, states."""
