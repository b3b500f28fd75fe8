#!/bin/sh
# Installe ce qu'il faut et ouvre le tableau de bord sur les données embarquées : sh ouvrir.sh
set -u
cd "$(dirname "$0")" || exit 1
. ./preparer.sh

preparer requirements.txt
exec "$venv/bin/python" app.py
