"""Outlines of zones: bytes and shapes in; shapes, findings and nestings out."""
