"""The second witness: an attack on releases that shares no code with what makes them."""
