"""What the pages of the socle and of the CAF's answers show."""
