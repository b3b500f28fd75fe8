"""Streamlit blocks the pages are made of.  All that shows data takes a MaskedTable."""
