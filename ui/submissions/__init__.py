"""What every page does with what people hand in: file, report, work, decision, way back."""
