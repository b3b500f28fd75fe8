"""The protection: secondary suppression and feasibility intervals of what it hides."""
