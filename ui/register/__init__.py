"""What the pages of structures show."""
