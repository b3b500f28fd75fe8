"""The register of structures: lists as cities write them, their checks, what they offer by zone."""
