"""Figures, years and sentences computed again by code that imports nothing of the project.

Nothing here may import ``ctg_data``, ``ui`` or ``geo``: ``tests/project/test_contre_calcul.py``
holds it.
"""
