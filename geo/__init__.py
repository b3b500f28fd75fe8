"""Zones, their boundaries and their maps.  Nothing here imports Streamlit."""
