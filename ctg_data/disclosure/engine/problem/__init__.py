"""What is to be protected: cells, relations, what readers hold; read from files and checked."""
