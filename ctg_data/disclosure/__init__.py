"""Statistical secrecy: the only door between observations and anything shown.

``gate`` masks a whole territory once; ``MaskedTable`` is what comes out.  Behind it stand an
engine that protects (``problem``, ``rules``, ``shift``, ``certificates``, ``protect``) and an
audit that attacks what was really released (``release``, ``audit``), which share no algorithm.
"""
