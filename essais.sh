#!/bin/sh
# Installe ce qu'il faut et lance toutes les vérifications : sh essais.sh
# Style, types, essais, ceux du navigateur et de PostgreSQL compris.  S'arrête au premier échec.
set -u
cd "$(dirname "$0")" || exit 1
. ./preparer.sh

preparer requirements-dev.txt

navigateur() { [ -x "${CHROMIUM:-/usr/bin/chromium}" ]; }
choix=""
navigateur || installer_debian chromium || true
if ! navigateur; then
    [ -z "${CI:-}" ] || { dire "Chromium manque, et ne s'installe pas."; exit 1; }
    dire "Chromium manque, et ce compte ne peut pas l'installer (apt install chromium, par la" \
        "personne qui administre ce poste). Les essais du navigateur NE SONT PAS lancés."
    choix="not browser"
fi

# un PostgreSQL d'essai, dans un dossier temporaire : celui du poste n'est pas touché
postgresql() { command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
postgresql || installer_debian postgresql || true
if postgresql || [ -n "${CI:-}" ]; then
    export CTG_POSTGRESQL=oui # absent, les essais refusent de commencer
fi

"$venv/bin/ruff" check . || exit 1
"$venv/bin/ruff" format --check . || exit 1
"$venv/bin/mypy" || exit 1

# Un fichier d'essais par processus : ce qu'il prépare l'est une fois.  Trois processus, même sur
# deux cœurs : l'un d'eux attend presque toujours un navigateur.  Les plus longs fichiers d'abord :
# leur ordre est celui de tests/conftest.py.
"$venv/bin/python" -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "$choix" "$@"
resultat=$?
[ -z "$choix" ] || dire "Rappel : les essais du navigateur n'ont pas été lancés (Chromium manque)."
exit $resultat
