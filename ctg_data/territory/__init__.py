"""What the folder of a territory declares: places, thresholds, embedded figures, corrections."""
