"""The barest Streamlit page with one map: two figures made beforehand, one selector, nothing else.

``benchmarks/carte.py`` copies it beside the figures and the outlines it shows.
"""

import json
from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent


@st.cache_resource
def kept() -> dict[str, dict]:
    return {path.stem: json.loads(path.read_text("utf-8")) for path in HERE.glob("*.map")}


st.set_page_config(page_title="Bare", layout="wide")
maps = kept()
name = st.selectbox("Indicateur", sorted(maps))
st.plotly_chart(
    maps[name],
    theme=None,
    key="plan",
    on_select="rerun",
    selection_mode="points",
    config={"displayModeBar": False, "topojsonURL": "app/static/"},
)
