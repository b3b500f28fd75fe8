"""Natures of variables: what a figure counts, as ``variables.toml`` says it of each."""

HOUSEHOLDS, PERSONS, CHILDREN = "foyers", "personnes", "enfants"
CENSUS, OFFER, RATE, AMOUNT = "recensement", "offre", "taux", "montant"
NATURES = (HOUSEHOLDS, PERSONS, CHILDREN, CENSUS, OFFER, RATE, AMOUNT)
# People of a household, judged on the allocataires behind them; a household is judged on itself.
MEMBERS = (PERSONS, CHILDREN)
COVERED = (HOUSEHOLDS, *MEMBERS)  # allocataires and whoever lives with them: what the CAF counts
PEOPLE = (*COVERED, CENSUS)  # whoever counts them
