"""Figures, each made of masked tables."""
