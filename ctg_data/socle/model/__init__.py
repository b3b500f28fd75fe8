"""The model workbook of the socle, ready to be filled in."""
