"""From the bytes of a socle to its observations, nothing judged yet."""
