"""What a card computes: one kind, one class, one file; ``declared`` has them all."""
