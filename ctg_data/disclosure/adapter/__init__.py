"""From observations to the engine and back: what readers know, what is hidden, and why."""
