"""What people hand in, whatever it is: put in force whole, taken back, told in one history."""
