"""The city's own zonings: how a file of zones is read, which are in place, which were."""
