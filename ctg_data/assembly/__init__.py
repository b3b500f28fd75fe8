"""Everything known of a territory, taken through the gate."""
