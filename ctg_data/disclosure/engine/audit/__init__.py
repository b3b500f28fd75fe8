"""The attack on what is really released; shares no code with what protects it."""
