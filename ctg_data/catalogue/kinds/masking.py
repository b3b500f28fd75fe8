"""Classes of masking that a card may declare: which rules of secrecy its figures are under."""

MASKING = {"C5", "P5", "R100", "GAP", "OFFER", "PUB"}
RULE_OF_100 = ("R100", "GAP")  # their denominator is a population under the rule of 100
COUNTED = ("C5", "P5")  # counts of people
