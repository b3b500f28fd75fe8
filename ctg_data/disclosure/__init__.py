"""Statistical secrecy: the only door between observations and anything shown.

``engine`` protects and attacks tables of numbers; ``witness`` attacks what is shown, on its own;
``adapter`` takes a territory to both and back.
"""
