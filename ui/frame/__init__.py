"""The shell of every page: server, menu, masthead, guards, and work that goes on beside it."""
