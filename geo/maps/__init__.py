"""Maps made of masked tables and of outlines made light."""
