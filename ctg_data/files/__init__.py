"""Files of a territory and of the user: read with every fault told, written whole or not at all."""
