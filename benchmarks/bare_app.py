"""The barest Streamlit page with one chart and one filter: what ours is measured against."""

import plotly.graph_objects as go
import streamlit as st

st.set_page_config(page_title="Bare", layout="wide")
year = st.selectbox("Année", [2023, 2022, 2021])
names = ["A", "B", "C", "D", "E"]
figure = go.Figure(go.Bar(x=[60 + year % 7 + i for i in range(5)], y=names, orientation="h"))
st.plotly_chart(figure, key="chart")
st.write(f"Année {year}")
