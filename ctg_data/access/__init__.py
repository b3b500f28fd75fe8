"""Places within reach of where people live, and the ways to them."""
