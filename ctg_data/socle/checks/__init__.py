"""Every check of a socle that was read, and what each one remarks."""
