"""What every page does with a file that someone drops: its report."""
