"""The folder of a commune, made from its producers' answers."""
