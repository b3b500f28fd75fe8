"""What a committee weighs: priorities, how firm they are, what it would take, what is to come."""
