"""What the dictionary says of each figure, and what it refuses to say."""

import pytest

from ctg_data.dictionary import Counted, declared, variables
from ctg_data.errors import CtgError

PEOPLE = {"foyers", "personnes", "enfants"}
BASE = """
[foyers]
label = "Foyers"
unit = "foyers"
nature = "foyers"
categories = { seul = "Seul", famille = "Famille" }
compte = { seul = { adultes = 1, enfants = [0, 0] }, famille = { enfants = [1] } }
"""


def other(nature="foyers", unit="foyers", **fields):
    lines = "\n".join(f"{name} = {told}" for name, told in fields.items())
    return f'{BASE}\n[autre]\nlabel = "Autre"\nunit = "{unit}"\nnature = "{nature}"\n{lines}\n'


def test_what_a_part_counts_is_read():
    found = declared(BASE)["foyers"]
    assert found.counts("seul") == Counted(1, (0, 0), None)
    assert found.counts("famille") == Counted(None, (1, None), None)
    assert found.counts("total") == Counted()


def test_parts_shown_together_count_what_is_true_of_all():
    composition, children = variables()["foyers_selon_composition"], variables()["enfants_couverts"]
    assert composition.counts("avec_enfants") == Counted(None, (1, None), None)
    assert composition.counts("sans_enfant") == Counted(None, (0, 0), None)
    assert children.counts("6-14") == Counted(ages=(6, 14))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (other(inclus_dans='["inconnue"]'), "inside inconnue"),
        (other(inclus_dans='["foyers/inconnue"]'), "inside foyers/inconnue"),
        (other(distinct_de='["inconnue"]'), "names inconnue"),
        (other(compte="{ total = { adultes = 3 } }"), "one adult or two"),
        (other(compte="{ total = { enfants = [2, 1] } }"), "from most to least"),
        (other(compte="{ total = { ages = [5, 2] } }"), "from last to first"),
        (other(compte="{ inconnue = { adultes = 1 } }"), "none of its parts"),
        (
            other(compte="{ total = { enfant = [1] } }"),
            r"« autre\.compte\.total\.enfant ».*« enfants »",
        ),
        (other(regroupements='{ a = { labl = "A", parts = [] } }'), "« label »"),
        (other(partitions="true"), "« autre.partitions » : clé inconnue.*« partition »"),
        ("seul = 1", "une table"),
        (other("personnes", "personnes", inclus_dans='["foyers"]'), "counts personnes"),
        (other("enfants", "enfants", compte="{ total = { adultes = 1 } }"), "only foyers"),
        (other("offre", "places", compte="{ total = { ages = [0, 2] } }"), "those of children"),
        (other(membres_de='"foyers"'), "people are members of foyers"),
        (other(inclus_dans='["autre"]'), "inside itself"),
        (other(inclus_dans='["foyers"]', hors_socle="true"), "asked by FED"),
        (other(champ='"tout"'), "« autre.champ » : clé inconnue"),
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(text, fault):
    with pytest.raises(CtgError, match=fault):
        declared(text)


def test_all_faults_are_told_at_once():
    with pytest.raises(CtgError) as caught:
        declared(other(inclus_dans='["inconnue"]', distinct_de='["rien"]'))
    assert "inconnue" in str(caught.value)
    assert "rien" in str(caught.value)


def test_keys_that_nothing_reads_are_all_told():
    with pytest.raises(CtgError) as caught:
        declared(other(partitions="true", hors_socl="true"))
    assert "« partition »" in str(caught.value)
    assert "« hors_socle »" in str(caught.value)


def test_whatever_counts_allocataires_is_linked_to_the_rest_or_asked_apart():
    """A count that no relation links would be masked as if it were alone in the world."""
    every = variables()
    linked = {one.host.partition("/")[0] for one in every.values()}
    linked |= {one.total_de for one in every.values()} | {one.membres_de for one in every.values()}
    alone = {
        name
        for name, one in every.items()
        if one.nature in PEOPLE and not (one.host or one.total_de or one.membres_de)
    }
    assert {name for name in alone if not every[name].hors_socle} <= linked
