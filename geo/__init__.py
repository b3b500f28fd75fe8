"""Zones, their outlines and their maps.  Nothing here knows of a store, a source or the network."""
