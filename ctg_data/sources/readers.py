"""The module that asks and reads each kind of data set, by the name ``sources.toml`` gives it."""

from ctg_data.sources import (
    annuaire_education,
    caf_allocataires,
    caf_petite_enfance,
    caf_quartiers,
    caf_sites,
    contours_ign,
    contours_qpv,
    data_inclusion,
    finess,
    france_services,
    geo_api,
    insee_bpe,
    insee_bpe_melodi,
    insee_melodi,
    insee_qpv_2024,
    insee_rp_iris,
    local_portal,
    service_public,
)
from ctg_data.sources.base import Reader

READERS: dict[str, Reader] = {
    "caf_allocataires": caf_allocataires,
    "caf_petite_enfance": caf_petite_enfance,
    "caf_quartiers": caf_quartiers,
    "insee_melodi": insee_melodi,
    "geo_api": geo_api,
    "contours_qpv": contours_qpv,
    "contours_ign": contours_ign,
    "france_services": france_services,
    "service_public": service_public,
    "annuaire_education": annuaire_education,
    "local_portal": local_portal,
    "data_inclusion": data_inclusion,
    "finess": finess,
    "caf_sites": caf_sites,
    "insee_bpe": insee_bpe,
    "insee_bpe_melodi": insee_bpe_melodi,
    "insee_qpv_2024": insee_qpv_2024,
    "insee_rp_iris": insee_rp_iris,
}
