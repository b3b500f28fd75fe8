"""What « Priorités » and « Et si… » show."""
