# Ce que « ouvrir.sh » et « essais.sh » ont en commun : Python, ce qui manque au système, l'environnement.
# Se lit par « . ./preparer.sh » ; n'écrit que dans ce dossier, sauf ce que le système installe.

dire() { printf '%s\n' "$*" >&2; }

# Installer des paquets Debian : administrateur, ou par sudo ; sinon rendre la main (code 1).
installer_debian() {
    command -v apt-get >/dev/null 2>&1 || return 1
    if [ "$(id -u)" -eq 0 ]; then par=""
    elif command -v sudo >/dev/null 2>&1; then par="sudo"
    else return 1
    fi
    dire "Installation de : $*"
    $par apt-get update -qq >&2 || return 1
    $par env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

# Un Python d'au moins 3.11, nommé par PYTHON ou trouvé.
trouver_python() {
    for candidat in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        [ -n "$candidat" ] || continue
        if "$candidat" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$candidat"
            return 0
        fi
    done
    return 1
}

# Un environnement où installer, et ce que demande le fichier donné.
preparer() {
    python=$(trouver_python) || {
        installer_debian python3 python3-venv && python=$(trouver_python)
    } || {
        dire "Il manque Python 3.11 ou plus. Installez-le (Debian, Ubuntu : apt install python3" \
            "python3-venv ; ailleurs : python.org), puis relancez cette commande."
        exit 1
    }
    venv="${CTG_VENV:-.venv}"
    if ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
        if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
            version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
            installer_debian "python$version-venv" || installer_debian python3-venv || {
                dire "Il manque le module « venv » de Python. Debian, Ubuntu : faites installer" \
                    "python3-venv par la personne qui administre ce poste, puis relancez."
                exit 1
            }
        fi
        "$python" -m venv --clear "$venv" || exit 1
    fi
    "$venv/bin/python" -m pip install -q --disable-pip-version-check -r "$1" || {
        dire "L'installation de ce que demande $1 n'a pas abouti : voyez le message ci-dessus." \
            "Le plus souvent, ce poste n'atteint pas le dépôt de paquets Python."
        exit 1
    }
}
