"""Every source brought up to date, and where each one stands."""
