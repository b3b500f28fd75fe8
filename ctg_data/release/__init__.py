"""What may be shown: masked tables and the one policy of secrecy that they carry."""
